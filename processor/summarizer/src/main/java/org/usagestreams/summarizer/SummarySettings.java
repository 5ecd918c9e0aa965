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
                "Static membership of this instance: a restart within instance.session.ms moves no task. Each instance"
                        + " needs its own, and keeps it over restarts. Empty: the host's name and the number of the"
                        + " instance on it.");
        definition.define("summary.threads", INT, 2, between(1, 256), HIGH, "Stream threads.");
        definition.define(
                "summary.state.dir",
                STRING,
                "state",
                HIGH,
                "Directory of the state stores; each instance of a host takes a folder of its own in it.");
        definition.define(
                "summary.standby.replicas",
                INT,
                1,
                between(0, 5),
                MEDIUM,
                "Copies of each state store that other instances keep ready, as far as there are others.");
        definition.define(
                "summary.rocksdb.bytes",
                LONG,
                64L << 20,
                atLeast(8 << 20),
                MEDIUM,
                "Memory outside the heap that all state stores of an instance share.");
        definition.define(
                "summary.poll.records",
                INT,
                100,
                between(1, 10_000),
                LOW,
                "Most records that a stream thread takes at once; a chunk is up to splitter.chunk.bytes large.");
        definition.define(
                "summary.buffered.records",
                INT,
                50,
                between(1, 10_000),
                LOW,
                "A partition of which more records wait in a task is not read on for the time being.");
        definition.define(
                "summary.fetch.bytes",
                INT,
                16 << 20,
                between(1 << 20, 256 << 20),
                LOW,
                "Most bytes that a stream thread fetches ahead.");
        definition.define(
                "summary.producer.bytes",
                INT,
                8 << 20,
                between(2 << 20, 256 << 20),
                LOW,
                "Most bytes that a stream thread has on their way to the broker; past them it waits.");
        definition.define(
                "summary.commit.ms",
                INT,
                100,
                between(1, 60_000),
                MEDIUM,
                "How often work is committed, and so seen behind the topology.");
        definition.define(
                "summary.transaction.timeout.ms",
                INT,
                (int) SUMMARY.pacing().transactionTimeout().toMillis(),
                between(10_000, 900_000),
                LOW,
                "The broker aborts a transaction after this long: the most that summarising one day may take.");
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
                "Or this long after it became dirty.");
        definition.define(
                "summary.tick.ms",
                LONG,
                SUMMARY.pacing().tick().toMillis(),
                between(1, 60_000),
                LOW,
                "How often dirty days are looked at.");
        definition.define(
                "summary.budget.ms",
                LONG,
                SUMMARY.pacing().budget().toMillis(),
                between(1, 60_000),
                LOW,
                "How long a stream thread summarises days, or searches for what is beyond retention, before it commits"
                        + " and reads records again. At most a quarter of summary.transaction.timeout.ms, as is "
                        + "summary.commit.ms.");
        definition.define(
                "summary.day.attempts",
                INT,
                SUMMARY.pacing().attempts(),
                between(1, 100),
                LOW,
                "A day that has outlasted the transaction time-out as often is set aside, and others go on.");
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
                "A row whose record would be larger is set aside.");
        definition.define(
                "summary.day.bytes",
                LONG,
                SUMMARY.day().bytes(),
                between(1 << 20, 16L << 30),
                MEDIUM,
                "Memory that the groups, label sets and texts of one day may take while it is summarised, in each"
                        + " stream thread. Beyond it the day's newest objects are set aside, and it is summarised without"
                        + " them.");
        definition.define(
                "summary.day.rows",
                INT,
                SUMMARY.day().rows(),
                between(1_000, 10_000_000),
                LOW,
                "Most rows of a day; see summary.day.bytes.");
        definition.define(
                "summary.day.objects",
                INT,
                SUMMARY.day().objects(),
                between(1, 10_000_000),
                MEDIUM,
                "Most objects of a day. A further one is refused: it goes to the dead letters. New versions of those that are"
                        + " there are taken.");
        definition.define(
                "summary.period.wait.ms",
                LONG,
                SUMMARY.periodWait().toMillis(),
                between(0, 86_400_000),
                MEDIUM,
                "How long the first rows of a day wait where its month has no report period yet. Then they go without one, and"
                        + " get it when it comes. 0: they do not wait. Where reference data follows cost management, twice"
                        + " reference.follow.interval.ms is enough.");
        definition.define(
                "retention.months",
                INT,
                SUMMARY.retentionMonths(),
                between(0, 120),
                MEDIUM,
                "Months that cost management keeps, the current one included, where its environment variable"
                        + " RETAIN_NUM_MONTHS says so. Rows of older months are not written again. 0: what each organisation's"
                        + " data_retention_months says, where reference data is read from cost management.");
        definition.define(
                "retention.sweep.ms",
                LONG,
                SUMMARY.sweep().toMillis(),
                between(1_000, 86_400_000),
                LOW,
                "How often the state is searched for what is to be forgotten.");
        definition.define(
                "retention.readmitted.days",
                INT,
                7,
                between(1, 1_000_000),
                LOW,
                "How long a day that was taken back stays in the state.");
        definition.define(
                "ledger.versions",
                INT,
                SUMMARY.ledgerVersions(),
                between(2, 250),
                LOW,
                "Most versions of one object that the state remembers; the ledger's table keeps all.");
    }

    /**
     * How the topology paces its work.
     *
     * @throws IllegalArgumentException where the budget is too long for the transaction time-out
     */
    public static TopologySettings topology(Settings settings) {
        return new TopologySettings(
                new DayPacing(
                        settings.millis("summary.quiet.ms"),
                        settings.millis("summary.longest.delay.ms"),
                        settings.millis("summary.tick.ms"),
                        settings.millis("summary.budget.ms"),
                        settings.millis("summary.transaction.timeout.ms"),
                        settings.integer("summary.day.attempts"),
                        settings.millis("summary.day.retry.ms")),
                settings.integer("summary.row.bytes"),
                new DayLimits(
                        settings.number("summary.day.bytes"),
                        settings.integer("summary.day.rows"),
                        settings.integer("summary.day.objects")),
                settings.integer("ledger.versions"),
                settings.integer("retention.days"),
                settings.integer("retention.months"),
                settings.millis("summary.period.wait.ms"),
                settings.millis("retention.sweep.ms"));
    }
}
