package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ProjectFiles;

/** The page on security names only tests that are there. */
class SecurityPageTest {
    private static final Pattern NAMED =
            Pattern.compile("`(?:([A-Z][a-z]\\w*(?:Test|IT))(?:\\.(should\\w+))?|(should\\w+))`");

    @Test
    void shouldNameTestsThatAreThere() throws IOException {
        final Map<String, String> sources = sources();
        final Matcher named = NAMED.matcher(Files.readString(ProjectFiles.of("docs/security.md")));
        int found = 0;
        while (named.find()) {
            found++;
            if (named.group(1) != null) {
                assertThat(sources.keySet()).contains(named.group(1));
            }
            final String method = named.group(2) != null ? named.group(2) : named.group(3);
            if (method != null) {
                assertThat(sources.entrySet().stream()
                                .filter(source -> named.group(1) == null
                                        || source.getKey().equals(named.group(1)))
                                .anyMatch(source -> source.getValue().contains("void " + method + "(")))
                        .as(named.group())
                        .isTrue();
            }
        }
        assertThat(found).isGreaterThan(30);
    }

    private static Map<String, String> sources() throws IOException {
        final Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ProjectFiles.of("."))) {
            for (final Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().contains("/src/test/java/"))
                            .filter(path -> path.toString().endsWith(".java"))::iterator) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }
}
