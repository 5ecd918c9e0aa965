package org.usagestreams.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidList.anyNonDuplicateValues;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.splitter.AsidePolicy;
import org.usagestreams.splitter.ObjectTime;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.topology.TopologySettings;

/** Every setting with its default; {@code docs/settings.md} is made of it. */
public final class SettingsDefinition {
    static final String KAFKA = "kafka.";

    private static final SplitLimits SPLIT = SplitLimits.DEFAULTS;
    private static final ObjectTime OBJECT_TIME = ObjectTime.DEFAULTS;
    private static final AsidePolicy ASIDE = AsidePolicy.DEFAULTS;
    private static final TopologySettings SUMMARY = TopologySettings.DEFAULTS;

    private SettingsDefinition() {}

    /** All settings. */
    public static ConfigDef definition() {
        final ConfigDef def = new ConfigDef();
        def.define(
                "kafka.bootstrap.servers",
                STRING,
                "localhost:9092",
                new ConfigDef.NonEmptyString(),
                HIGH,
                "Brokers to begin with, host:port,... Any other setting that begins with kafka. goes to Kafka's clients "
                        + "without that prefix. Names that no client knows are errors, and so are those that exactly-once "
                        + "processing depends on, such as client.id, acks, or isolation.level.");
        def.define("topics.file", STRING, "", LOW, "A topic catalog to use instead of the shipped one.");
        def.define(
                "topics.partitions",
                INT,
                0,
                between(0, 1000),
                MEDIUM,
                "Partitions of the scaled topics: the most tasks that can share the work. 0: as the catalog says.");
        def.define(
                "topics.replication.factor",
                INT,
                -1,
                between(-1, 10),
                MEDIUM,
                "Replicas of topics that are created. -1: the broker's default.");
        store(def);
        instance(def);
        splitter(def);
        summary(def);
        objects(def);
        ledger(def);
        postgres(def);
        return def;
    }

    private static void store(ConfigDef def) {
        def.define("store.endpoint", STRING, "http://localhost:9000", HIGH, "URL of the object store's S3 API.");
        def.define("store.access.key", STRING, "", HIGH, "Access key.");
        def.define("store.secret.key", PASSWORD, "", HIGH, "Secret key.");
        def.define(
                "store.ca.file",
                STRING,
                "",
                MEDIUM,
                "PEM file of the certificates to trust at an https endpoint. Empty: the JVM's.");
        def.define("store.region", STRING, "us-east-1", LOW, "Region that requests are signed for.");
        def.define("store.bucket", STRING, "usage-reports", MEDIUM, "Bucket that the upload command writes to.");
        def.define(
                "store.read.ahead.bytes",
                INT,
                4 << 20,
                between(64 << 10, 64 << 20),
                MEDIUM,
                "Least bytes of a ranged read; a smaller object is read by one request.");
        def.define(
                "store.timeout.ms",
                INT,
                30_000,
                atLeast(100),
                LOW,
                "Longest wait for a connection, or for bytes on it.");
    }

    private static void instance(ConfigDef def) {
        def.define(
                "instance.session.ms",
                INT,
                10_000,
                between(6_000, 300_000),
                MEDIUM,
                "A splitter or processor that says nothing for so long is taken for dead, or for stopped: others take "
                        + "over what it did. A restart within that moves nothing.");
        def.define(
                "http.address",
                STRING,
                "127.0.0.1",
                MEDIUM,
                "Address on which the HTTP interface of a splitter or processor listens: health, metrics, threads.");
        def.define(
                "splitter.http.port",
                INT,
                18_180,
                between(0, 65_535),
                MEDIUM,
                "A splitter's port; where it is taken, as by another one of the host, the next that is free. 0: any that is free.");
        def.define(
                "summary.http.port",
                INT,
                18_080,
                between(0, 65_535),
                MEDIUM,
                "A processor's port; where it is taken, as by another one of the host, the next that is free. 0: any that is free.");
        def.define(
                "http.token",
                PASSWORD,
                "",
                MEDIUM,
                "What changes over HTTP have to be sent with. Empty: made anew at each start, and found in http.json "
                        + "in the instance's directory.");
        def.define(
                "http.resize.ms",
                INT,
                60_000,
                between(1_000, 600_000),
                LOW,
                "How long an added or removed stream thread's rebalance is waited for.");
        def.define(
                "metrics.kafka.exclude",
                LIST,
                List.of("stream-state-metrics"),
                anyNonDuplicateValues(true, false),
                LOW,
                "Groups of Kafka's metrics that are left out of /metrics. The default has one for each state store of each"
                        + " task, half of all.");
        def.define(
                "metrics.lag.ms",
                LONG,
                10_000L,
                between(1_000, 3_600_000),
                LOW,
                "How often a processor looks how far the consumer groups are behind, for the metrics.");
    }

    private static void splitter(ConfigDef def) {
        def.define("splitter.group.id", STRING, "usage-splitter", LOW, "Consumer group of the splitters.");
        def.define(
                "splitter.instance.id",
                STRING,
                "",
                MEDIUM,
                "Name of this instance, of which its transactions and its static membership are named; each instance "
                        + "needs its own, and keeps it over restarts. Empty: the host's name and the number of the "
                        + "instance on it.");
        def.define(
                "splitter.instance.dir",
                STRING,
                "state/splitter",
                LOW,
                "Directory in which the splitters of a host take their numbers.");
        def.define("splitter.threads", INT, 1, between(1, 64), HIGH, "Threads that split objects.");
        def.define(
                "splitter.poll.records",
                INT,
                100,
                between(1, 10_000),
                LOW,
                "Most notifications that are taken at once.");
        def.define(
                "splitter.buffer.bytes",
                INT,
                8 << 20,
                between(1 << 20, 256 << 20),
                MEDIUM,
                "Chunks of an object that are held back until it is read wholly. A larger object gets a transaction of "
                        + "its own.");
        def.define(
                "splitter.producer.bytes",
                INT,
                8 << 20,
                between(2 << 20, 256 << 20),
                LOW,
                "Most bytes that a splitter thread has on their way to the broker; past them it waits.");
        def.define(
                "splitter.transaction.ms",
                INT,
                100,
                between(1, 10_000),
                MEDIUM,
                "Small objects share a transaction for at most this long.");
        def.define(
                "splitter.transaction.timeout.ms",
                INT,
                300_000,
                between(10_000, 900_000),
                LOW,
                "The broker aborts a transaction after this long; at most the broker's transaction.max.timeout.ms. Splitting"
                        + " one object may take three quarters of it.");
        def.define(
                "splitter.object.base.ms",
                INT,
                (int) OBJECT_TIME.base().toMillis(),
                between(1_000, 900_000),
                LOW,
                "An attempt to split an object may take this long, plus its size divided by"
                        + " splitter.object.bytes.per.second; at most three quarters of splitter.transaction.timeout.ms.");
        def.define(
                "splitter.object.bytes.per.second",
                LONG,
                OBJECT_TIME.bytesPerSecond(),
                atLeast(1),
                LOW,
                "Least throughput that is expected of store and splitter; see splitter.object.base.ms.");
        def.define(
                "splitter.object.attempts",
                INT,
                OBJECT_TIME.attempts(),
                between(1, 100),
                LOW,
                "An object is FAILED after so many attempts that took too long.");
        def.define(
                "splitter.retry.first.ms", INT, 200, atLeast(1), LOW, "Pause before a store or broker is tried again.");
        def.define("splitter.retry.longest.ms", INT, 30_000, atLeast(1), LOW, "The pause doubles up to this long.");
        def.define(
                "splitter.aside.first.ms",
                LONG,
                ASIDE.first().toMillis(),
                between(1, 86_400_000L),
                LOW,
                "Pause before an object that cannot be read, while others can, is tried again; it doubles with each attempt.");
        def.define(
                "splitter.aside.longest.ms",
                LONG,
                ASIDE.longest().toMillis(),
                between(1, 86_400_000L),
                LOW,
                "The pause of splitter.aside.first.ms doubles up to this long.");
        def.define(
                "splitter.aside.total.ms",
                LONG,
                ASIDE.total().toMillis(),
                atLeast(0),
                LOW,
                "An object is FAILED when it could not be read for this long. It is still tried again.");
        def.define(
                "splitter.aside.appear.ms",
                LONG,
                ASIDE.appear().toMillis(),
                between(0, 86_400_000L),
                LOW,
                "An object that the store does not have so soon after its creation event is tried again, because an"
                        + " eventually consistent store may not show it yet.");
        def.define(
                "splitter.aside.open",
                INT,
                ASIDE.open(),
                between(1, 1_000_000),
                LOW,
                "Most objects that are waited for at once by the splitter that tries them again; the others follow.");
        def.define(
                "splitter.window.rows",
                INT,
                SPLIT.windowRows(),
                between(1, 1 << 22),
                MEDIUM,
                "Rows of a row group that are decoded at once.");
        def.define(
                "splitter.window.bytes",
                LONG,
                SPLIT.windowBytes(),
                atLeast(1 << 20),
                MEDIUM,
                "Bytes of decoded columns that a window stays below, as far as the file's own figures tell.");
        def.define("splitter.chunk.rows", INT, SPLIT.chunkRows(), between(1, 1 << 20), MEDIUM, "Most rows of a chunk.");
        def.define(
                "splitter.chunk.bytes",
                INT,
                SPLIT.chunkBytes(),
                between(256 << 10, 900_000),
                MEDIUM,
                "Most bytes of a chunk's columns before compression.");
        def.define(
                "splitter.label.bytes",
                INT,
                SPLIT.labelBytes(),
                between(256, 64 << 10),
                LOW,
                "A longer label text is unreadable.");
        def.define(
                "splitter.name.bytes",
                INT,
                SPLIT.nameBytes(),
                between(253, 8 << 10),
                LOW,
                "A row with a longer name is dropped.");
        def.define(
                "splitter.page.bytes",
                INT,
                SPLIT.pageBytes(),
                between(1 << 20, 1 << 30),
                LOW,
                "An object with a larger page, uncompressed, is rejected.");
        def.define(
                "splitter.pages.bytes",
                LONG,
                SPLIT.pagesBytes(),
                atLeast(1 << 20),
                LOW,
                "An object is rejected where the pages and dictionaries of a row group that have to be held at once, one of"
                        + " each column, are larger than this, uncompressed.");
        def.define(
                "splitter.footer.bytes",
                INT,
                SPLIT.footerBytes(),
                between(64 << 10, 256 << 20),
                LOW,
                "An object with a larger footer is rejected.");
        def.define(
                "splitter.object.values",
                LONG,
                SPLIT.objectValues(),
                atLeast(1_000),
                LOW,
                "An object that claims more values in its needed columns is rejected: a few bytes can claim billions, and"
                        + " reading them takes longer than splitter.transaction.timeout.ms allows.");
        def.define(
                "splitter.row.group.bytes",
                LONG,
                SPLIT.rowGroupBytes(),
                atLeast(1 << 20),
                LOW,
                "An object is rejected where the needed columns of one row group are larger than this, as stored.");
        def.define(
                "splitter.dates",
                INT,
                SPLIT.dates(),
                between(1, 1_000),
                LOW,
                "An object with more usage dates is rejected.");
    }

    private static void summary(ConfigDef def) {
        def.define(
                "summary.application.id",
                STRING,
                "usage-summary",
                LOW,
                "Kafka Streams application: name of its group, changelogs and state.");
        def.define(
                "summary.instance.id",
                STRING,
                "",
                MEDIUM,
                "Static membership of this instance: a restart within instance.session.ms moves no task. Each "
                        + "instance needs its own, and keeps it over restarts. Empty: the host's name and the number of "
                        + "the instance on it.");
        def.define("summary.threads", INT, 2, between(1, 256), HIGH, "Stream threads.");
        def.define(
                "summary.state.dir",
                STRING,
                "state",
                HIGH,
                "Directory of the state stores; each instance of a host takes a folder of its own in it.");
        def.define(
                "summary.standby.replicas",
                INT,
                1,
                between(0, 5),
                MEDIUM,
                "Copies of each state store that other instances keep ready, as far as there are others.");
        def.define(
                "summary.rocksdb.bytes",
                LONG,
                64L << 20,
                atLeast(8 << 20),
                MEDIUM,
                "Memory outside the heap that all state stores of an instance share.");
        def.define(
                "summary.poll.records",
                INT,
                100,
                between(1, 10_000),
                LOW,
                "Most records that a stream thread takes at once; a chunk is up to splitter.chunk.bytes large.");
        def.define(
                "summary.buffered.records",
                INT,
                50,
                between(1, 10_000),
                LOW,
                "A partition of which more records wait in a task is not read on for the time being.");
        def.define(
                "summary.fetch.bytes",
                INT,
                16 << 20,
                between(1 << 20, 256 << 20),
                LOW,
                "Most bytes that a stream thread fetches ahead.");
        def.define(
                "summary.producer.bytes",
                INT,
                8 << 20,
                between(2 << 20, 256 << 20),
                LOW,
                "Most bytes that a stream thread has on their way to the broker; past them it waits.");
        def.define(
                "summary.commit.ms",
                INT,
                100,
                between(1, 60_000),
                MEDIUM,
                "How often work is committed, and so seen behind the topology.");
        def.define(
                "summary.transaction.timeout.ms",
                INT,
                (int) SUMMARY.pacing().transactionTimeout().toMillis(),
                between(10_000, 900_000),
                LOW,
                "The broker aborts a transaction after this long: the most that summarising one day may take.");
        def.define(
                "summary.quiet.ms",
                LONG,
                SUMMARY.pacing().quiet().toMillis(),
                between(0, 3_600_000),
                MEDIUM,
                "A dirty day is summarised once its inputs have not changed for this long.");
        def.define(
                "summary.longest.delay.ms",
                LONG,
                SUMMARY.pacing().longestDelay().toMillis(),
                between(0, 3_600_000),
                MEDIUM,
                "Or this long after it became dirty.");
        def.define(
                "summary.tick.ms",
                LONG,
                SUMMARY.pacing().tick().toMillis(),
                between(1, 60_000),
                LOW,
                "How often dirty days are looked at.");
        def.define(
                "summary.budget.ms",
                LONG,
                SUMMARY.pacing().budget().toMillis(),
                between(1, 60_000),
                LOW,
                "How long a stream thread summarises days, or searches for what is beyond retention, before it commits and "
                        + "reads records again. At most a quarter of summary.transaction.timeout.ms, as is "
                        + "summary.commit.ms.");
        def.define(
                "summary.day.attempts",
                INT,
                SUMMARY.pacing().attempts(),
                between(1, 100),
                LOW,
                "A day that has outlasted the transaction time-out as often is set aside, and others go on.");
        def.define(
                "summary.day.retry.ms",
                LONG,
                SUMMARY.pacing().retry().toMillis(),
                between(1_000, 86_400_000),
                LOW,
                "How long a day is first set aside before it is tried again. The time doubles each time, up to a day.");
        def.define(
                "summary.row.bytes",
                INT,
                SUMMARY.rowBytes(),
                between(1_000, 1_000_000),
                LOW,
                "A row whose record would be larger is set aside.");
    }

    private static void objects(ConfigDef def) {
        def.define(
                "objects.include",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Only objects whose key one of these matches are processed: a prefix, or a pattern with * and ? for the "
                        + "whole key. None: all.");
        def.define(
                "objects.exclude",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Objects whose key one of these matches are left out, and IGNORED in the ledger.");
        def.define(
                "objects.removals",
                STRING,
                "retract",
                in("retract", "keep"),
                MEDIUM,
                "What the removal of an object does: retract takes its rows back, keep leaves them.");
        def.define(
                "retention.days",
                INT,
                SUMMARY.retentionDays(),
                between(1, 1_000_000),
                HIGH,
                "Days older than this are forgotten: their rows stay as they are, and an object that comes for such a day"
                        + " is refused. The same for splitters and processors.");
        def.define(
                "retention.sweep.ms",
                LONG,
                SUMMARY.sweep().toMillis(),
                between(1_000, 86_400_000),
                LOW,
                "How often the state is searched for what is to be forgotten.");
        def.define(
                "retention.readmitted.days",
                INT,
                7,
                between(1, 1_000_000),
                LOW,
                "How long a day that was taken back stays in the state.");
    }

    private static void ledger(ConfigDef def) {
        def.define(
                "ledger.versions",
                INT,
                SUMMARY.ledgerVersions(),
                between(2, 250),
                LOW,
                "Most versions of one object that the state remembers; the ledger's table keeps all.");
        def.define(
                "sink.summary.group.id",
                STRING,
                "connect-usage-daily-summary-sink",
                LOW,
                "Consumer group of the connector that loads the summary: its offsets tell what is LOADED.");
        def.define(
                "sink.ledger.group.id",
                STRING,
                "connect-usage-upload-ledger-sink",
                LOW,
                "Consumer group of the connector that loads the ledger: its offsets tell how fresh the table is.");
        def.define(
                "ledger.load.ms",
                LONG,
                200,
                between(10, 60_000),
                LOW,
                "How often the sink's offsets are looked at while something is to be LOADED.");
        def.define(
                "ledger.load.pending",
                INT,
                10_000,
                between(1, 1_000_000),
                LOW,
                "Most entries that wait at once to be LOADED in one processor; the others wait on the ledger topic.");
        def.define(
                "reconcile.interval.ms",
                LONG,
                900_000,
                between(0, Long.MAX_VALUE),
                MEDIUM,
                "How often one of the splitters compares the bucket with the ledger, beginning at start. 0: never.");
        def.define(
                "reconcile.prefix", STRING, "", LOW, "Only keys that begin so are compared; a listing takes a while.");
        def.define(
                "reconcile.grace.ms",
                LONG,
                60_000,
                between(0, 86_400_000),
                MEDIUM,
                "Objects younger than this are left to their own notification.");
        def.define(
                "reconcile.page",
                INT,
                1_000,
                between(1, 1_000),
                LOW,
                "Keys that are listed, compared and published at once.");
        def.define(
                "reconcile.wait.ms",
                LONG,
                60_000,
                between(1_000, 3_600_000),
                LOW,
                "How long notifications that are on their way are waited for; what is behind them is left to the next"
                        + " time.");
        def.define(
                "reconcile.removals.percent",
                INT,
                10,
                between(0, 100),
                MEDIUM,
                "Of the objects that the ledger knows, the share that one comparison may declare removed. Beyond it, it"
                        + " declares none, and says so: scripts/reconcile --yes goes on.");
        def.define(
                "reconcile.removals.least",
                INT,
                100,
                between(0, 1_000_000),
                MEDIUM,
                "So many objects may be declared removed whatever the share is.");
        def.define(
                "reconcile.removals.most",
                INT,
                10_000,
                between(1, 1_000_000),
                LOW,
                "More objects than this are never declared removed at once, whatever the share is: they are held in"
                        + " memory, about 1 KB each.");
    }

    private static void postgres(ConfigDef def) {
        def.define(
                "postgres.url", STRING, "jdbc:postgresql://localhost:5432/usage", MEDIUM, "JDBC URL of the database.");
        def.define("postgres.user", STRING, "usage", MEDIUM, "User.");
        def.define("postgres.password", PASSWORD, "", MEDIUM, "Password.");
        def.define(
                "postgres.schema",
                STRING,
                "usage",
                MEDIUM,
                "Schema of the summary table: of our own, or an organisation's in cost management.");
        def.define(
                "postgres.table",
                STRING,
                "reporting_ocpusagelineitem_daily_summary",
                LOW,
                "Name of the summary table.");
    }

    /** The settings as a Markdown table. */
    public static String toMarkdown() {
        final StringBuilder table = new StringBuilder("| setting | default | what it does |\n| --- | --- | --- |\n");
        final ConfigDef def = definition();
        for (final String name : def.configKeys().keySet()) {
            final ConfigDef.ConfigKey key = def.configKeys().get(name);
            final Object value = key.defaultValue;
            table.append("| `")
                    .append(name)
                    .append("` | ")
                    .append(
                            value == null
                                            || value.toString().isEmpty()
                                            || List.of().equals(value)
                                            || key.type() == PASSWORD
                                    ? ""
                                    : "`" + value + "`")
                    .append(" | ")
                    .append(key.documentation.replace("|", "\\|"))
                    .append(" |\n");
        }
        return table.toString();
    }
}
