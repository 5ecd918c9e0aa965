package org.usagestreams.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What people see of long work, on a terminal and in a log. */
class ProgressTest {
    private static final int COLUMNS = 120;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
    private final AtomicLong clock = new AtomicLong();

    @AfterEach
    void reset() {
        Quiet.set(false);
    }

    private Progress inALog(long total) {
        return new Progress("load", total, err, null, clock::get);
    }

    private Progress onATerminal(long total) {
        return new Progress(
                "load",
                total,
                err,
                new ProgressBarBuilder().setConsumer(new ConsoleProgressBarConsumer(err, COLUMNS)),
                clock::get);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void shouldSayALineEveryTenSecondsWithoutATerminal() {
        try (Progress progress = inALog(1920)) {
            for (int i = 0; i < 100; i++) {
                progress.step("a.parquet");
            }
            pass(Duration.ofSeconds(11));
            progress.show(500, 1920, "400 SPLIT, 500 LOADED");
            progress.show(510, 1920, "390 SPLIT, 510 LOADED");
            pass(Duration.ofSeconds(11));
            progress.stepTo(1920);
        }
        assertThat(said().lines())
                .containsExactly(
                        "load: 1920",
                        "load: 500 of 1920 (400 SPLIT, 500 LOADED)",
                        "load: 1920 of 1920 (390 SPLIT, 510 LOADED)",
                        "load: 1920 done (390 SPLIT, 510 LOADED)");
    }

    @Test
    void shouldShowOneBarWithAllCountsOnATerminal() {
        try (Progress progress = onATerminal(0)) {
            progress.show(3, 1920, "1917 SPLIT, 3 LOADED");
            progress.show(1900, 1920, "20 SPLIT, 1900 LOADED");
        }
        assertThat(said()).contains("load", "1900/1920", "20 SPLIT, 1900 LOADED");
        assertThat(said().chars().filter(c -> c == '\n').count())
                .as("each drawing takes the place of the last")
                .isLessThanOrEqualTo(1);
    }

    @Test
    void shouldSayNothingWhereNothingIsWanted() {
        Quiet.set(true);
        try (Progress progress = inALog(5)) {
            progress.step("");
        }
        try (Progress progress = onATerminal(5)) {
            progress.step("");
        }
        assertThat(said()).isEmpty();
    }
}
