package org.usagestreams.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The option of commands that wait until objects are loaded. */
final class TimeoutOption {
    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "60s",
            description = "How long to wait, for example 500ms, 60s or 5m (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    Duration timeout() {
        return timeout;
    }
}
