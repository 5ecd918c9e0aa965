package org.usagestreams.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** Figures as a page of Markdown with pictures. */
final class Report {
    /** The page's name. */
    static final String PAGE = "report.md";

    private final Figures figures;
    private final Path directory;
    private final ReportPage page;

    Report(Figures figures, Path directory) {
        this.figures = figures;
        this.directory = directory;
        page = new ReportPage(directory);
    }

    /** Writes the page and its pictures. */
    void write(LocalDate date, String command) throws IOException {
        Files.createDirectories(directory);
        page.line("# Benchmark report");
        page.line("");
        page.line("Written by `" + command + "` on " + date + ". All parts ran on one machine: " + Machine.describe()
                + ".");
        page.line(
                "Broker, S3 endpoint, Connect, splitter and processor each ran in a separate JVM, the last two with a heap of 256 MB.");
        page.line(
                "Every run was validated: each row and column in PostgreSQL was compared with what DuckDB derives from the bucket.");
        if (!figures.database().isEmpty()) {
            page.line("");
            page.line("PostgreSQL's settings, from `SHOW`: " + figures.database() + ".");
        }
        new ScaleSections(figures, page).write();
        latencies();
        threads();
        bytes();
        replays();
        payloads();
        stages();
        sinks();
        page.save(PAGE);
    }

    private void latencies() {
        if (figures.latencies() == null) {
            return;
        }
        page.line("");
        page.line("## Latency");
        page.line("");
        page.line(
                "Seconds from the end of an upload until its last row is visible. The large cluster uploads 22,464 rows for each hour");
        page.line(
                "of a day, 539,136 in total. Each upload changes all 22,464 rows of the day, and 216 rows of nodes. A small cluster");
        page.line(
                "uploads 100 rows for each of 24 hours, one hour after the other; one does so alone, then many at the same time.");
        page.line("");
        page.line("| | uploads | p50 | p99 | greatest |");
        page.line("| --- | ---: | ---: | ---: | ---: |");
        latency("one cluster of 22,464 pods", figures.latencies().large());
        latency("one cluster of 100 pods", figures.latencies().alone().visible());
        latency("… from published to LOADED", figures.latencies().alone().loaded());
        latency(
                LatencyBenchmark.SMALL_CLUSTERS + " clusters of 100 pods at the same time",
                figures.latencies().small().visible());
        latency("… from published to LOADED", figures.latencies().small().loaded());
    }

    private void latency(String name, List<Double> seconds) {
        final Sample sample = Sample.of(seconds);
        page.line(String.format(
                Locale.ROOT,
                "| %s | %d | %.2f | %.2f | %.2f |",
                name,
                seconds.size(),
                sample.median(),
                sample.quantile(0.99),
                sample.greatest()));
    }

    private void threads() {
        if (figures.threads().isEmpty()) {
            return;
        }
        page.line("");
        page.line("## Stream threads");
        page.line("");
        page.line(
                "24 days, spread evenly over 4 partitions, with the sink off. In the first test, a new application with an empty state");
        page.line(
                "reads the chunk topic from its beginning and publishes all rows. Its JVM has just started, so the JIT compiler, the");
        page.line(
                "broker and the garbage collector use part of the cores. In the second test, the same JVM summarises all days again");
        page.line("from its state. No row changes, so only the stream threads limit the rate.");
        page.line("");
        page.line(
                "| threads | from the topic, M line items/s | ÷ one thread | from state, M line items/s | ÷ one thread |");
        page.line("| ---: | ---: | ---: | ---: | ---: |");
        final ThreadBenchmark.Rates one =
                figures.threads().getOrDefault(1, new ThreadBenchmark.Rates(Double.NaN, Double.NaN));
        figures.threads()
                .forEach((threads, rate) -> page.line(String.format(
                        Locale.ROOT,
                        "| %d | %.2f | %.2f | %.2f | %.2f |",
                        threads,
                        rate.replayed() / 1e6,
                        rate.replayed() / one.replayed(),
                        rate.again() / 1e6,
                        rate.again() / one.again())));
    }

    private void bytes() {
        if (figures.bytes() == null) {
            return;
        }
        page.line("");
        page.line("## Bytes");
        page.line("");
        page.line(
                "Bytes per row on disk, for 998,400 pod rows. Two amounts of each row are random doubles, 16 bytes that cannot be");
        page.line("compressed:");
        page.line("");
        page.line("| chunk topic | changelogs | local state | total |");
        page.line("| ---: | ---: | ---: | ---: |");
        page.line(String.format(
                Locale.ROOT,
                "| %.1f | %.1f | %.1f | %.1f |",
                figures.bytes().chunkTopic(),
                figures.bytes().changelogs(),
                figures.bytes().state(),
                figures.bytes().total()));
    }

    private void replays() {
        final ReplayBenchmark.Replays replays = figures.replays();
        if (replays == null) {
            return;
        }
        page.line("");
        page.line("## Replay");
        page.line("");
        page.line(String.format(
                Locale.ROOT,
                "A month of one cluster: %,d line items in 30 objects, %,d rows. After each replay, the table was identical to the",
                replays.lineItems(),
                replays.rows()));
        page.line(
                "table before, and no row had been written again. The store was stopped during the replay from the topic.");
        page.line("");
        page.line("| replay | s | M line items/s |");
        page.line("| --- | ---: | ---: |");
        replays.seconds()
                .forEach((name, seconds) -> page.line(String.format(
                        Locale.ROOT, "| %s | %.1f | %.2f |", name, seconds, replays.lineItems() / seconds / 1e6)));
    }

    private void payloads() {
        final PayloadBenchmark.Payloads payloads = figures.payloads();
        if (payloads == null) {
            return;
        }
        page.line("");
        page.line("## Payloads");
        page.line("");
        page.line(String.format(
                Locale.ROOT,
                "Seconds from the end of a payload's upload. First, one payload alone, %.0f MB unpacked, with %,d rows of one cluster",
                payloads.largeBytes() / 1e6,
                payloads.largeRows()));
        page.line(String.format(
                Locale.ROOT,
                "and day, until its last row is visible. Then %d payloads of each of %d clusters with %d pods each, sent at the same",
                PayloadBenchmark.HOURS,
                PayloadBenchmark.CLUSTERS,
                PayloadBenchmark.SMALL_PODS));
        page.line(
                "time, each with the day so far, until they are LOADED in the ledger. Each cluster's payloads were loaded in the"
                        + " order in which they were sent.");
        page.line(String.format(
                Locale.ROOT,
                "The intake had a heap of 256 MB, and its resident memory was at most %.0f MB.",
                payloads.peakBytes() / 1e6));
        page.line("");
        page.line("| | payloads | p50 | p99 | greatest |");
        page.line("| --- | ---: | ---: | ---: | ---: |");
        latency("one large payload", payloads.large());
        latency(PayloadBenchmark.CLUSTERS + " clusters at the same time", payloads.hourly());
    }

    private void stages() {
        if (figures.stages().isEmpty()) {
            return;
        }
        page.line("");
        page.line("## Stages alone");
        page.line("");
        page.line("| stage | rate per second |");
        page.line("| --- | ---: |");
        figures.stages()
                .forEach((name, rate) -> page.line(String.format(
                        Locale.ROOT,
                        "| %s, one core (JMH, heap 256 MB) | %.2f ± %.2f M line items |",
                        name,
                        rate.perSecond() / 1e6,
                        rate.error() / 1e6)));
    }

    private void sinks() {
        if (figures.sinks().isEmpty()) {
            return;
        }
        page.line("");
        page.line("## The sink alone");
        page.line("");
        page.line(
                "The sink loads rows of ten days that wait on the summary topic, while nothing else runs. PostgreSQL commits"
                        + " as in production. Debezium's sink commits rows in batches of 500, not whole days.");
        page.line("");
        SinkBenchmark.lines(figures.sinks()).forEach(page::line);
    }
}
