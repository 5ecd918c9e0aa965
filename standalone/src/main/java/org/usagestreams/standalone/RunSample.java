package org.usagestreams.standalone;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.usagestreams.commandline.Progress;
import org.usagestreams.commandline.Table;
import org.usagestreams.operations.reference.ReferenceFile;
import org.usagestreams.operations.upload.PlannedUpload;
import org.usagestreams.operations.upload.ReportUpload;
import org.usagestreams.operations.upload.UploadPlan;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.sample.SampleData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.ObjectOutcome;
import org.usagestreams.topics.KafkaClients;
import picocli.CommandLine.Help.Ansi;

/** The sample data of a run, from its upload to its rows in the table. Not thread-safe. */
final class RunSample {
    private static final Duration WITHIN = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(500);

    private final EmbeddedCluster cluster;
    private final DrainCheck drain;

    RunSample(EmbeddedCluster cluster, DrainCheck drain) {
        this.cluster = cluster;
        this.drain = drain;
    }

    /** Waits until what was uploaded in the last run of the same folder is in the table. */
    void awaitLastRun() throws Exception {
        if (!drain.await(WITHIN)) {
            throw new IllegalStateException(
                    "Cannot start: the data of the last run was not processed within " + WITHIN);
        }
    }

    /** Writes sample data, uploads it, and waits until it is in the table. */
    void load() throws Exception {
        final SampleOptions options = new SampleOptions(
                "org1234567",
                1,
                3,
                5,
                40,
                3,
                LocalDate.now(ZoneOffset.UTC).minusDays(3),
                1,
                SampleOptions.LabelForm.JSON,
                SampleOptions.TimeForm.MILLIS,
                CompressionCodecName.SNAPPY,
                false);
        final Path directory = cluster.directory().resolve("sample");
        final SampleData sample = new SampleData(options, directory);
        sample.write(file -> {});
        new ReferencePublisher(
                        KafkaClients.real(),
                        cluster.settings().kafkaClient(),
                        cluster.settings().topics())
                .publish(ReferenceFile.read(directory.resolve(SampleData.REFERENCE_FILE)));
        final List<PlannedUpload> files =
                new UploadPlan(options.org()).plan(List.of(directory), null, null, LocalDate.now(ZoneOffset.UTC));
        try (Progress progress = new Progress("upload", files.size())) {
            new ReportUpload(cluster.client(), cluster.bucket()).upload(files, file -> progress.step(""));
        }
        final long deadline = System.nanoTime() + WITHIN.toNanos();
        try (Progress progress = new Progress("process", files.size() + 1L)) {
            while (!drain.await(LOOK)) {
                progress.stepTo(cluster.splitter().counts().objects(ObjectOutcome.SPLIT));
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("Cannot load the sample: it was not in the table within " + WITHIN);
                }
            }
            progress.stepTo(files.size() + 1L);
        }
    }

    /** Prints the table, summed by day and namespace. */
    void show(PrintWriter out) throws SQLException {
        out.println();
        final Table table = new Table(Ansi.AUTO, 6, 2, 3, 4, 5);
        table.head("day", "namespace", "rows", "CPU h used", "CPU h requested", "memory GiB h");
        try (Connection connection = cluster.postgres().connect();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT usage_start, namespace, count(*), sum(pod_usage_cpu_core_hours),"
                                + " sum(pod_request_cpu_core_hours), sum(pod_usage_memory_gigabyte_hours) FROM "
                                + cluster.table()
                                + " GROUP BY 1, 2 ORDER BY 1 DESC, 2 LIMIT 60")) {
            while (rows.next()) {
                table.add(
                        rows.getString(1),
                        rows.getString(2),
                        rows.getString(3),
                        hours(rows.getDouble(4)),
                        hours(rows.getDouble(5)),
                        hours(rows.getDouble(6)));
            }
        }
        table.print(out);
        out.println();
        out.flush();
    }

    private static String hours(double hours) {
        return String.format(Locale.ROOT, "%.3f", hours);
    }
}
