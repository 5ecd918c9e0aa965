package org.usagestreams.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a command says when it is told to end before its work is done. */
class InterruptionIT {
    /** Waits until it is told to end. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] args) throws InterruptedException {
            final Interruption interruption =
                    Interruption.says(() -> "Interrupted: 3 of 5 files were uploaded. Call the command again.");
            if (args.length > 0) {
                interruption.close();
            }
            System.out.println("waits");
            new CountDownLatch(1).await();
        }
    }

    private static String saidWhenEnded(String... arguments) throws Exception {
        final ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName());
        builder.command().addAll(List.of(arguments));
        final Process process = builder.start();
        try (BufferedReader out =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                BufferedReader err =
                        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("waits");
            // Process.destroy would close the streams.
            process.toHandle().destroy();
            final StringBuilder said = new StringBuilder();
            err.lines().forEach(line -> said.append(line).append('\n'));
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return said.toString();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldSayWhatRemainsAndHowToGoOn() throws Exception {
        assertThat(saidWhenEnded()).isEqualTo("\nInterrupted: 3 of 5 files were uploaded. Call the command again.\n");
    }

    @Test
    void shouldSayNothingOnceTheWorkIsDone() throws Exception {
        assertThat(saidWhenEnded("done")).isEmpty();
    }
}
