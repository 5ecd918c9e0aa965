package org.usagestreams.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service whose parts cannot be reached logs which, with address and setting, and goes on. The page of services shows these lines; {@code
 * -Dusage.docs.write=true} writes it anew.
 */
class ServicesIT {
    private static final Path PAGE = Path.of("../docs/reference/services.md");

    /** From the start of a JVM on a busy machine. The service itself takes no more than ten seconds. */
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private static final Pattern WARNING = Pattern.compile("(?m)^\\S+ (WARN +Part: Cannot reach .*)$");

    @TempDir
    private Path folder;

    /** A service, the settings of its folder and its port, and how many parts it needs. */
    private record Service(String name, String directory, String port, int parts) {
        List<String> words() {
            return List.of(
                    name,
                    "-s",
                    "kafka.bootstrap.servers=localhost:1",
                    "-s",
                    "store.endpoint=http://localhost:1",
                    "-s",
                    "postgres.url=jdbc:postgresql://localhost:1/usage");
        }
    }

    private static final List<Service> SERVICES = List.of(
            new Service("intake", "intake.instance.dir", "intake.http.port", 3),
            new Service("splitter", "splitter.instance.dir", "splitter.http.port", 2),
            new Service("processor", "summary.state.dir", "summary.http.port", 2),
            new Service("validator", "validation.dir", "validator.http.port", 2));

    @Test
    void shouldLogWhichPartCannotBeReached() throws Exception {
        final StringBuilder page = new StringBuilder("""
            # Services that cannot reach a part

            This page shows what a service logs within ten seconds of its start if Kafka, the object store or PostgreSQL cannot be reached. It does
            not end at once: it waits for them. Its help is on the page of [commands](commands.md), its output for wrong settings on
            that of [wrong usage](wrong-usage.md). The console has pages that say which part does not answer. A test writes this page; times are left
            out.

            """);
        for (final Service service : SERVICES) {
            page.append("```text\n$ usage-streams ")
                    .append(String.join(" ", service.words()))
                    .append('\n');
            warnings(service).forEach(line -> page.append(line).append('\n'));
            page.append("```\n\n");
        }
        final String expected = page.toString().stripTrailing() + "\n";
        if (Boolean.getBoolean("usage.docs.write")) {
            Files.writeString(PAGE, expected);
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("%s; -Dusage.docs.write=true writes it", PAGE)
                .isEqualTo(expected);
    }

    private SortedSet<String> warnings(Service service) throws IOException, InterruptedException {
        final Path log = folder.resolve(service.name());
        final List<String> command = new ArrayList<>(List.of("src/main/bin/usage-streams"));
        command.addAll(service.words());
        command.addAll(List.of("-s", service.directory() + "=" + folder.resolve(service.name() + "-instance")));
        command.addAll(List.of("-s", service.port() + "=0"));
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .put("LAUNCHER_HOME", Path.of("target").toAbsolutePath().toString());
        builder.environment().put("JAVA_OPTIONS", "-Xmx128m -XX:TieredStopAtLevel=1 -Dusage.log.libraries=off");
        final Process process = builder.start();
        try {
            Awaitility.await(service.name()).atMost(WITHIN).untilAsserted(() -> {
                assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
                assertThat(warnings(log)).as(Files.readString(log)).hasSize(service.parts());
            });
        } finally {
            process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
        }
        return warnings(log);
    }

    /** Sorted: the parts are tried at the same time. */
    private static SortedSet<String> warnings(Path log) throws IOException {
        final SortedSet<String> lines = new TreeSet<>();
        final Matcher matcher = WARNING.matcher(Files.readString(log));
        while (matcher.find()) {
            lines.add(matcher.group(1));
        }
        return lines;
    }
}
