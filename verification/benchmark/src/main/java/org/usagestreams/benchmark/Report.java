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
        page.line("Made by `" + command + "` on " + date + ". Machine, for everything together: " + Machine.describe()
                + ".");
        page.line(
                "Broker, S3 endpoint, Connect, splitter and processor were JVMs of their own, the last two with a heap of 256 MB;");
        page.line(
                "every run was validated: each row and column in PostgreSQL against DuckDB's over the objects in the bucket.");
        if (!figures.database().isEmpty()) {
            page.line("");
            page.line("PostgreSQL, as `SHOW` tells: " + figures.database() + ".");
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
                "From each upload's end to the last of its rows visible, s. The large cluster uploads 22,464 rows for each hour of a");
        page.line(
                "day that grows to 539,136, each of which changes all 22,464 rows of the day (and 216 of nodes); the small ones");
        page.line("upload 100 rows for each of 24 hours, one after the other, or all clusters at once.");
        page.line("");
        page.line("| | uploads | p50 | p99 | greatest |");
        page.line("| --- | ---: | ---: | ---: | ---: |");
        latency("one cluster of 22,464 pods", figures.latencies().large());
        latency("one cluster of 100 pods", figures.latencies().alone().visible());
        latency("... from published to LOADED", figures.latencies().alone().loaded());
        latency(
                LatencyBenchmark.SMALL_CLUSTERS + " clusters of 100 pods at once",
                figures.latencies().small().visible());
        latency("... from published to LOADED", figures.latencies().small().loaded());
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
                "24 days, evenly over 4 partitions, the sink off. Read anew: a new application with an empty state and a JVM that");
        page.line(
                "was just started reads the chunk topic from its beginning and publishes all rows; JIT compiler, broker and garbage");
        page.line(
                "collector take their share of the cores. Again: the same JVM summarises all days from state once more, without a");
        page.line("row that changes, so that stream threads are all that limits.");
        page.line("");
        page.line("| threads | read anew, M line items/s | to one thread | again, M line items/s | to one thread |");
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
                "Of 998,400 pod rows, on disk, bytes a row (two of its amounts are random doubles, 16 bytes that nothing compresses):");
        page.line("");
        page.line("| chunk topic | changelogs | local state | together |");
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
                "A month of one cluster: %,d line items in 30 objects, %,d rows. After each replay the table was compared to the",
                replays.lineItems(),
                replays.rows()));
        page.line(
                "bit with that before, and no row had been written again. The store was stopped while the topic was read.");
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
                "From the end of a payload's upload, s: a payload of %.0f MB, unpacked, with %,d rows of one cluster and day, alone,",
                payloads.largeBytes() / 1e6,
                payloads.largeRows()));
        page.line(String.format(
                Locale.ROOT,
                "until its last row is visible; and %d payloads of each of %d clusters, %d pods each, sent at once, each with the day",
                PayloadBenchmark.HOURS,
                PayloadBenchmark.CLUSTERS,
                PayloadBenchmark.SMALL_PODS));
        page.line(
                "so far, until the ledger says LOADED. Each cluster's were loaded in the order in which they were sent. The"
                        + " intake had a heap of 256 MB");
        page.line(String.format(Locale.ROOT, "and at most %.0f MB of resident memory.", payloads.peakBytes() / 1e6));
        page.line("");
        page.line("| | payloads | p50 | p99 | greatest |");
        page.line("| --- | ---: | ---: | ---: | ---: |");
        latency("one large payload", payloads.large());
        latency(PayloadBenchmark.CLUSTERS + " clusters at once", payloads.hourly());
    }

    private void stages() {
        if (figures.stages().isEmpty()) {
            return;
        }
        page.line("");
        page.line("## Stages alone");
        page.line("");
        page.line("| stage | a second |");
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
                "Rows of ten days wait on the summary topic, and are loaded while nothing else happens. PostgreSQL commits"
                        + " as in production. Debezium's sink commits rows in batches of 500, and not a day at once.");
        page.line("");
        SinkBenchmark.lines(figures.sinks()).forEach(page::line);
    }
}
