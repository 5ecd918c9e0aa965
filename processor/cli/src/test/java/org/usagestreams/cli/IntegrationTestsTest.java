package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ProjectFiles;

/**
 * Failsafe runs integration tests in the modules whose poms name it; elsewhere they would be compiled and never run. Those of
 * standalone are run by a module of their own.
 */
class IntegrationTestsTest {
    private static final String TESTS = "/src/test/java/";

    @Test
    void shouldRunInEachModuleThatHasSome() throws IOException {
        final Set<Path> modules = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ProjectFiles.of(""))) {
            files.filter(file -> file.toString().endsWith("IT.java"))
                    .filter(file -> file.toString().contains(TESTS))
                    .forEach(file -> modules.add(
                            Path.of(file.toString().substring(0, file.toString().indexOf(TESTS)))));
        }
        assertThat(modules.remove(ProjectFiles.of("standalone"))).isTrue();
        assertThat(ProjectFiles.of("verification/system/pom.xml"))
                .content()
                .contains("maven-failsafe-plugin", "/standalone</standalone>", "${standalone}/target/test-classes");
        assertThat(modules).hasSizeGreaterThan(4).allSatisfy(module -> assertThat(module.resolve("pom.xml"))
                .content()
                .contains("maven-failsafe-plugin"));
    }
}
