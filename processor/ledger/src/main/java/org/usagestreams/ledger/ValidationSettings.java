package org.usagestreams.ledger;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.settings.SettingsGroup;

/** How the validator works, which compares days with the bucket one by one. They stand here so that commands know them, too. */
public final class ValidationSettings implements SettingsGroup {
    /** How long after its last change a day is validated, in milliseconds. */
    public static final String DELAY = "validation.delay.ms";

    /** After how many milliseconds a day is validated again that has not changed; 0 for never. */
    public static final String AGAIN = "validation.again.ms";

    /** After how many milliseconds a day that differs is looked at a second time before that is said. */
    public static final String CONFIRM = "validation.confirm.ms";

    /** Days older than this are left out. */
    public static final String DAYS = "validation.days";

    /** How much of the time is spent on validation, up to 1. */
    public static final String SHARE = "validation.share";

    /** Threads of DuckDB. */
    public static final String THREADS = "validation.threads";

    /** Memory of DuckDB. */
    public static final String MEMORY = "validation.memory";

    /** Folder for copies of objects, and for the slots of instances. */
    public static final String DIRECTORY = "validation.dir";

    /** How often metrics are counted, in milliseconds. */
    public static final String METRICS = "validation.metrics.ms";

    @Override
    public String title() {
        return "Continuous validation";
    }

    @Override
    public int order() {
        return 10;
    }

    @Override
    public List<String> prefixes() {
        return List.of("validation.");
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                DELAY,
                LONG,
                600_000,
                between(0, 604_800_000),
                MEDIUM,
                "The validator compares a day with the bucket this long after its last change.");
        definition.define(
                AGAIN,
                LONG,
                604_800_000,
                between(0, 31_536_000_000L),
                MEDIUM,
                "The validator compares an unchanged day again after this time, in case another program has"
                        + " written to the table. 0: never.");
        definition.define(
                CONFIRM,
                LONG,
                60_000,
                between(0, 3_600_000),
                LOW,
                "A day that differs is compared once more after this time, because an upload may have been on"
                        + " its way. It is reported if it still differs.");
        definition.define(
                DAYS,
                INT,
                100,
                between(1, 100_000),
                MEDIUM,
                "Only usage dates of this many past days are compared. The objects of these days must still be in"
                        + " the bucket.");
        definition.define(
                SHARE,
                DOUBLE,
                0.1,
                between(0.001, 1),
                MEDIUM,
                "Share of the time that the validator spends on comparisons. It pauses between them.");
        definition.define(
                THREADS,
                INT,
                1,
                between(1, 64),
                LOW,
                "Maximum number of threads of a comparison, in addition to the thread that reads objects.");
        definition.define(MEMORY, STRING, "512MB", LOW, "Memory limit of DuckDB, outside the heap.");
        definition.define(
                DIRECTORY,
                STRING,
                "validation",
                MEDIUM,
                "Folder for copies of the objects of the day that is being compared.");
        definition.define(
                METRICS,
                LONG,
                30_000,
                between(100, 3_600_000),
                LOW,
                "How often the validator counts days for its metrics.");
    }
}
