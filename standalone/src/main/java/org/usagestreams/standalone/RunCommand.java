package org.usagestreams.standalone;

import io.minio.ListObjectsArgs;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.usagestreams.commandline.Progress;
import org.usagestreams.console.ConsoleInstance;
import org.usagestreams.service.validator.ValidatorInstance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Starts all parts in one process, loads sample data, and shows the table. Then it processes what you"
                        + " upload, until Ctrl-C. With --kafka, --s3 or --postgres it uses your own parts.")
final class RunCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(500);

    /** From SIGTERM to the end of the process, however long a part takes. */
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

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

    @Mixin
    private OutsideOptions outside = new OutsideOptions();

    @Option(
            names = "--validate",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Compares days with the bucket a minute after they change. --no-validate turns this off.")
    private boolean validate = true;

    @Option(
            names = {"-s", "--set"},
            paramLabel = "NAME=VALUE",
            showDefaultValue = Visibility.NEVER,
            description = "Sets one setting (docs/settings.md). Can be repeated.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Override
    @SuppressWarnings("try") // The console is only closed.
    public Integer call() throws Exception {
        final CountDownLatch stop = new CountDownLatch(1);
        final CountDownLatch stopped = new CountDownLatch(1);
        BoundedShutdown.onSignal(END_WITHIN, stop, stopped);
        try (EmbeddedCluster cluster = start();
                ConsoleInstance console = console(cluster);
                DrainCheck drain = new DrainCheck(cluster)) {
            final RunFiles files = new RunFiles(cluster);
            files.write();
            final PrintWriter out = spec.commandLine().getOut();
            final RunSample sample = new RunSample(cluster, drain);
            if (isEmpty(cluster)) {
                sample.load();
            } else {
                sample.awaitLastRun();
            }
            sample.show(out);
            if (!once) {
                files.explain(out);
                watchAndValidate(cluster, drain, stop);
            }
            return 0;
        } finally {
            stopped.countDown();
        }
    }

    /** The console, whose address is said first; none where nobody would have the time to look. */
    private ConsoleInstance console(EmbeddedCluster cluster) {
        if (once) {
            return null;
        }
        final Map<String, String> more = new LinkedHashMap<>(Map.of(
                "console.connect.url",
                cluster.connectUrl(),
                "validation.dir",
                cluster.directory().resolve("validation").toString()));
        more.putAll(settings);
        final ConsoleInstance console = ConsoleInstance.start(cluster.settings().with(more));
        spec.commandLine().getOut().println("console:   " + console.url());
        spec.commandLine().getOut().flush();
        return console;
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
                    new EmbeddedCluster.Options(
                            data,
                            kafkaPort,
                            postgresPort,
                            s3Port,
                            connectPort,
                            settings,
                            null,
                            outside.parts(settings)),
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
