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

    /** Where objects are copied to, and where instances have their place. */
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
                "After this time it compares a day again that has not changed, in case somebody else has written to the"
                        + " table. 0: never.");
        definition.define(
                CONFIRM,
                LONG,
                60_000,
                between(0, 3_600_000),
                LOW,
                "A day that differs is compared once more after this time, and said to differ if it still does: an upload may"
                        + " have been on its way.");
        definition.define(
                DAYS,
                INT,
                100,
                between(1, 100_000),
                MEDIUM,
                "Only usage dates of this many days are compared. Leave out those whose objects leave the bucket while their"
                        + " rows stay.");
        definition.define(
                SHARE,
                DOUBLE,
                0.1,
                between(0.001, 1),
                MEDIUM,
                "How much of the time it compares, one day after the other; it pauses in between.");
        definition.define(
                THREADS,
                INT,
                1,
                between(1, 64),
                LOW,
                "Threads that a comparison takes at most, besides the one that reads objects.");
        definition.define(MEMORY, STRING, "512MB", LOW, "Most memory of DuckDB, which is not the JVM's.");
        definition.define(
                DIRECTORY,
                STRING,
                "validation",
                MEDIUM,
                "Folder for copies of objects: those of one day, for as long as it is compared.");
        definition.define(
                METRICS,
                LONG,
                30_000,
                between(100, 3_600_000),
                LOW,
                "How often the validator counts days for its metrics.");
    }
}
