package org.usagestreams.standalone;

import io.minio.ListObjectsArgs;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
import org.usagestreams.service.validator.ValidatorInstance;
import org.usagestreams.topics.KafkaClients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Starts all parts in one process, loads sample data, and shows the table. Then it processes what you"
                        + " upload, until Ctrl-C.")
final class RunCommand implements Callable<Integer> {
    private static final Duration SAMPLE_WITHIN = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(500);

    /** From SIGTERM to the end of the process, however long a part takes. */
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private static final String SETTINGS_FILE = "usage-streams.properties";

    /** As psql reads it. */
    private static final String PASSWORD_FILE = "pgpass";

    @Spec
    private CommandSpec spec;

    @Option(names = "--once", description = "Ends when the sample is in the table.")
    private boolean once;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Keeps all data in this folder, for the next start. By default a temporary folder.")
    private Path data;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "19092",
            description = "Port of the broker. 0: any free port.")
    private int kafkaPort;

    @Option(
            names = "--postgres-port",
            paramLabel = "PORT",
            defaultValue = "15432",
            description = "Port of PostgreSQL. 0: any free port.")
    private int postgresPort;

    @Option(
            names = "--s3-port",
            paramLabel = "PORT",
            defaultValue = "19000",
            description = "Port of the S3 endpoint. 0: any free port.")
    private int s3Port;

    @Option(
            names = "--connect-port",
            paramLabel = "PORT",
            defaultValue = "18083",
            description = "Port of Kafka Connect. 0: any free port.")
    private int connectPort;

    @Option(
            names = "--validate",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Compares days with the bucket a minute after they change; --no-validate does not.")
    private boolean validate = true;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "NAME=VALUE",
            showDefaultValue = Visibility.NEVER,
            description = "Sets one setting (docs/settings.md). Can be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        final CountDownLatch stop = new CountDownLatch(1);
        final CountDownLatch stopped = new CountDownLatch(1);
        BoundedShutdown.onSignal(END_WITHIN, stop, stopped);
        try (EmbeddedCluster cluster = start();
                DrainCheck drain = new DrainCheck(cluster)) {
            writeSettings(cluster);
            if (isEmpty(cluster)) {
                loadSample(cluster, drain);
            } else if (!drain.await(SAMPLE_WITHIN)) {
                throw new IllegalStateException(
                        "Cannot start: the data of the last run was not processed within " + SAMPLE_WITHIN);
            }
            show(cluster);
            if (!once) {
                explain(cluster);
                watchAndValidate(cluster, drain, stop);
            }
            return 0;
        } finally {
            stopped.countDown();
        }
    }

    /** Whether days are compared with the bucket while it runs. */
    boolean isValidating() {
        return validate;
    }

    private void watchAndValidate(EmbeddedCluster cluster, DrainCheck drain, CountDownLatch stop) throws Exception {
        if (!validate) {
            watch(cluster, drain, stop);
            return;
        }
        final Map<String, String> small = new LinkedHashMap<>(Map.of(
                "validation.delay.ms",
                "60000",
                "validation.memory",
                "256MB",
                "validation.dir",
                cluster.directory().resolve("validation").toString(),
                "validator.http.port",
                "0",
                "validator.health.port",
                "0"));
        small.putAll(settings);
        final ValidatorInstance validator =
                ValidatorInstance.start(cluster.settings().with(small));
        try {
            watch(cluster, drain, stop);
        } finally {
            validator.close();
        }
    }

    private EmbeddedCluster start() throws Exception {
        try (Progress progress = new Progress("start", EmbeddedCluster.steps().size())) {
            final EmbeddedCluster cluster = EmbeddedCluster.start(
                    new EmbeddedCluster.Options(data, kafkaPort, postgresPort, s3Port, connectPort, settings, null),
                    progress::step);
            return cluster;
        }
    }

    private static boolean isEmpty(EmbeddedCluster cluster) {
        return !cluster.client()
                .listObjects(ListObjectsArgs.builder()
                        .bucket(cluster.bucket())
                        .recursive(true)
                        .maxKeys(1)
                        .build())
                .iterator()
                .hasNext();
    }

    private void loadSample(EmbeddedCluster cluster, DrainCheck drain) throws Exception {
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
        final long deadline = System.nanoTime() + SAMPLE_WITHIN.toNanos();
        try (Progress progress = new Progress("process", files.size() + 1L)) {
            while (!drain.await(LOOK)) {
                progress.stepTo(cluster.splitter().counts().objectsSplit.sum());
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "Cannot load the sample: it was not in the table within " + SAMPLE_WITHIN);
                }
            }
            progress.stepTo(files.size() + 1L);
        }
    }

    private void show(EmbeddedCluster cluster) throws SQLException {
        final PrintWriter out = spec.commandLine().getOut();
        out.println();
        final Table table = new Table(Ansi.AUTO, 6, 2, 3, 4, 5);
        table.add("day", "namespace", "rows", "CPU h used", "CPU h requested", "memory GiB h");
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

    private void explain(EmbeddedCluster cluster) {
        final PrintWriter out = spec.commandLine().getOut();
        final Path file = cluster.directory().resolve(SETTINGS_FILE);
        out.println("query:     " + psql(cluster) + " -c 'SELECT * FROM " + cluster.table() + "'");
        out.println("upload to: " + cluster.endpoint() + " bucket " + cluster.bucket() + ", keys in " + file);
        out.println("           scripts/upload -c " + file + " --wait --source UUID FILE|DIR...");
        out.println("keys:      data/<org>/OCP/source=<uuid>/year=.../openshift_pod_usage_line_items/<name>.parquet");
        out.println("status:    scripts/status -c " + file);
        out.println("Ctrl-C ends.");
        out.flush();
    }

    private static String psql(EmbeddedCluster cluster) {
        final URI url = URI.create(cluster.postgres().jdbcUrl().replaceFirst("^jdbc:", ""));
        return "PGPASSFILE=" + cluster.directory().resolve(PASSWORD_FILE) + " psql -h " + url.getHost() + " -p "
                + url.getPort() + " -U " + cluster.postgres().user() + " "
                + url.getPath().substring(1);
    }

    private void writeSettings(EmbeddedCluster cluster) throws IOException {
        Secret.write(cluster.directory().resolve(SETTINGS_FILE), settingsLines(cluster));
        Secret.write(
                cluster.directory().resolve(PASSWORD_FILE),
                List.of("*:*:*:" + cluster.postgres().user() + ":"
                        + cluster.postgres().password()));
    }

    /** How other commands reach a cluster, as properties. */
    static List<String> settingsLines(EmbeddedCluster cluster) {
        return List.of(
                "# How other commands reach this run.",
                "kafka.bootstrap.servers=" + cluster.settings().text("kafka.bootstrap.servers"),
                "topics.partitions=" + cluster.settings().integer("topics.partitions"),
                "store.endpoint=" + cluster.endpoint(),
                "store.bucket=" + cluster.bucket(),
                "store.access.key=" + cluster.settings().text("store.access.key"),
                "store.secret.key=" + cluster.settings().plain("store.secret.key"),
                "postgres.url=" + cluster.postgres().jdbcUrl(),
                "postgres.user=" + cluster.postgres().user(),
                "postgres.password=" + cluster.postgres().password(),
                "summary.state.dir="
                        + Path.of(cluster.settings().text("summary.state.dir")).toAbsolutePath(),
                // Another splitter of this file takes the next place, and with it a name of its own.
                "splitter.instance.dir="
                        + Path.of(cluster.settings().text("splitter.instance.dir"))
                                .toAbsolutePath());
    }

    /** Says what changed, when it has changed and all of it is in the table. */
    private void watch(EmbeddedCluster cluster, DrainCheck drain, CountDownLatch stop)
            throws InterruptedException, SQLException {
        String seen = cluster.splitter().counts().toString();
        long rows = count(cluster);
        while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
            final String now = cluster.splitter().counts().toString();
            if (!now.equals(seen) && drain.await(LOOK.multipliedBy(4))) {
                final long rowsNow = count(cluster);
                spec.commandLine()
                        .getOut()
                        .printf(
                                "%sZ  %s; %d rows in the table (%+d)%n",
                                LocalTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS),
                                now,
                                rowsNow,
                                rowsNow - rows);
                spec.commandLine().getOut().flush();
                seen = now;
                rows = rowsNow;
            }
        }
    }

    private static long count(EmbeddedCluster cluster) throws SQLException {
        try (Connection connection = cluster.postgres().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + cluster.table())) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
