package org.usagestreams.summarizer;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.rules.DayLimits;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsGroup;

/** How processors summarise days, and what they remember. */
public final class SummarySettings implements SettingsGroup {
    private static final TopologySettings SUMMARY = TopologySettings.DEFAULTS;

    @Override
    public String title() {
        return "Processor";
    }

    @Override
    public int order() {
        return 4;
    }

    @Override
    public List<String> prefixes() {
        return List.of("summary.", "ledger.");
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                "summary.instance.id",
                STRING,
                "",
                MEDIUM,
                "Name of the static membership of this instance: a restart within instance.session.ms moves no"
                        + " task. Each instance needs a different name, which stays the same after a restart. Empty: the"
                        + " host name and the number of the instance on the host.");
        definition.define("summary.threads", INT, 2, between(1, 256), HIGH, "Stream threads.");
        definition.define(
                "summary.state.dir",
                STRING,
                "state",
                HIGH,
                "Directory of the state stores. Each instance on a host uses a separate folder in it.");
        definition.define(
                "summary.standby.replicas",
                INT,
                1,
                between(0, 5),
                MEDIUM,
                "Number of copies of each state store that other instances keep ready, if there are enough"
                        + " instances.");
        definition.define(
                "summary.rocksdb.bytes",
                LONG,
                64L << 20,
                atLeast(8 << 20),
                MEDIUM,
                "Memory outside the heap, in bytes, which all state stores of an instance share.");
        definition.define(
                "summary.poll.records",
                INT,
                100,
                between(1, 10_000),
                LOW,
                "Maximum number of records in a poll of a stream thread. A chunk has up to" + " splitter.chunk.bytes.");
        definition.define(
                "summary.buffered.records",
                INT,
                50,
                between(1, 10_000),
                LOW,
                "If more records of a partition than this wait in a task, the partition is paused.");
        definition.define(
                "summary.fetch.bytes",
                INT,
                16 << 20,
                between(1 << 20, 256 << 20),
                LOW,
                "Maximum number of bytes that a stream thread fetches ahead.");
        definition.define(
                "summary.producer.bytes",
                INT,
                8 << 20,
                between(2 << 20, 256 << 20),
                LOW,
                "Maximum number of bytes that a stream thread has in flight to the broker. Beyond it, the"
                        + " thread waits.");
        definition.define(
                "summary.commit.ms",
                INT,
                100,
                between(1, 60_000),
                MEDIUM,
                "How often work is committed. Readers see the results after a commit.");
        definition.define(
                "summary.transaction.timeout.ms",
                INT,
                (int) SUMMARY.pacing().transactionTimeout().toMillis(),
                between(10_000, 900_000),
                LOW,
                "The broker aborts a transaction after this time. Publishing one day must not take longer.");
        definition.define(
                "summary.quiet.ms",
                LONG,
                SUMMARY.pacing().quiet().toMillis(),
                between(0, 3_600_000),
                MEDIUM,
                "A dirty day is summarised once its inputs have not changed for this long.");
        definition.define(
                "summary.longest.delay.ms",
                LONG,
                SUMMARY.pacing().longestDelay().toMillis(),
                between(0, 3_600_000),
                MEDIUM,
                "A dirty day is summarised at the latest this long after it became dirty.");
        definition.define(
                "summary.tick.ms",
                LONG,
                SUMMARY.pacing().tick().toMillis(),
                between(1, 60_000),
                LOW,
                "How often the processor checks which dirty days are due.");
        definition.define(
                "summary.budget.ms",
                LONG,
                SUMMARY.pacing().budget().toMillis(),
                between(1, 60_000),
                LOW,
                "How long a stream thread summarises days, or searches for days beyond retention, before it"
                        + " commits and reads records again. At most a quarter of summary.transaction.timeout.ms; the"
                        + " same maximum applies to summary.commit.ms.");
        definition.define(
                "summary.turn.ms",
                LONG,
                SUMMARY.pacing().turn().toMillis(),
                between(1, 60_000),
                LOW,
                "How long a stream thread works on one day before it serves other days, tasks and records. It then"
                        + " continues with the day.");
        definition.define(
                "summary.day.attempts",
                INT,
                SUMMARY.pacing().attempts(),
                between(1, 100),
                LOW,
                "A day that took longer than the transaction timeout this many times is set aside, so other days can"
                        + " continue.");
        definition.define(
                "summary.day.retry.ms",
                LONG,
                SUMMARY.pacing().retry().toMillis(),
                between(1_000, 86_400_000),
                LOW,
                "How long a day is first set aside before it is tried again. The time doubles each time, up to a day.");
        definition.define(
                "summary.row.bytes",
                INT,
                SUMMARY.rowBytes(),
                between(1_000, 1_000_000),
                LOW,
                "A row whose record would be larger than this is set aside.");
        definition.define(
                "summary.day.bytes",
                LONG,
                128L << 20,
                between(1 << 20, 16L << 30),
                MEDIUM,
                "Memory for the groups, label sets and texts of the days that an instance summarises at once."
                        + " It is divided equally among the summary.threads. A day that needs more is summarised in"
                        + " portions, one after the other. If a portion is still too large, the day is summarised without"
                        + " its newest objects, which become dead letters.");
        definition.define(
                "summary.day.spill.bytes",
                LONG,
                SUMMARY.day().spillBytes(),
                between(1 << 20, 1L << 40),
                LOW,
                "Disk space in summary.state.dir for the portions of a day while it is summarised, and the same"
                        + " again for its rows, for each stream thread. A day that needs more is summarised without its"
                        + " newest objects, which become dead letters.");
        definition.define(
                "summary.day.rows",
                INT,
                SUMMARY.day().rows(),
                between(1_000, 10_000_000),
                LOW,
                "Maximum number of rows of a day. A day with more is summarised without its newest objects,"
                        + " which become dead letters.");
        definition.define(
                "summary.day.objects",
                INT,
                SUMMARY.day().objects(),
                between(1, 10_000_000),
                MEDIUM,
                "Maximum number of objects of a day. A further object is refused and becomes a dead letter. New"
                        + " versions of existing objects are accepted.");
        definition.define(
                "summary.period.wait.ms",
                LONG,
                SUMMARY.periodWait().toMillis(),
                between(0, 86_400_000),
                MEDIUM,
                "How long the first rows of a day wait if its month has no report period yet. Then they are"
                        + " published without one, and updated when it comes. 0: they do not wait. If reference data"
                        + " follows cost management, twice reference.follow.interval.ms is enough.");
        definition.define(
                "retention.months",
                INT,
                SUMMARY.retentionMonths(),
                between(0, 120),
                MEDIUM,
                "Number of months that cost management keeps, including the current one: the value of its"
                        + " environment variable RETAIN_NUM_MONTHS. Rows of older months are not written again. 0: each"
                        + " organisation's data_retention_months, if reference data is read from cost management.");
        definition.define(
                "retention.sweep.ms",
                LONG,
                SUMMARY.sweep().toMillis(),
                between(1_000, 86_400_000),
                LOW,
                "How often the state is searched for days and objects beyond retention.");
        definition.define(
                "retention.readmitted.days",
                INT,
                7,
                between(1, 1_000_000),
                LOW,
                "How long a readmitted day stays in the state, in days.");
        definition.define(
                "ledger.versions",
                INT,
                SUMMARY.ledgerVersions(),
                between(2, 250),
                LOW,
                "Maximum number of versions of one object in the state. The ledger's table keeps all of them.");
        definition.define(
                "ledger.source.entries",
                INT,
                SUMMARY.sourceEntries(),
                atLeast(1),
                LOW,
                "Maximum number of entries of one source without rows (failed, ignored or removed) in the state of each"
                        + " partition. The oldest leave with the next search, except those of the last hour. The ledger's table"
                        + " keeps all of them.");
    }

    /**
     * How the topology paces its work.
     *
     * @throws IllegalArgumentException if the budget is too long for the transaction time-out
     */
    public static TopologySettings topology(Settings settings) {
        return new TopologySettings(
                new DayPacing(
                        settings.millis("summary.quiet.ms"),
                        settings.millis("summary.longest.delay.ms"),
                        settings.millis("summary.tick.ms"),
                        settings.millis("summary.budget.ms"),
                        settings.millis("summary.turn.ms"),
                        settings.millis("summary.transaction.timeout.ms"),
                        settings.integer("summary.day.attempts"),
                        settings.millis("summary.day.retry.ms")),
                settings.integer("summary.row.bytes"),
                new DayLimits(
                        settings.number("summary.day.bytes") / settings.integer("summary.threads"),
                        settings.integer("summary.day.rows"),
                        settings.integer("summary.day.objects"),
                        settings.number("summary.day.spill.bytes"),
                        0),
                settings.integer("ledger.versions"),
                settings.integer("ledger.source.entries"),
                settings.integer("retention.days"),
                settings.integer("retention.months"),
                settings.millis("summary.period.wait.ms"),
                settings.millis("retention.sweep.ms"));
    }
}
