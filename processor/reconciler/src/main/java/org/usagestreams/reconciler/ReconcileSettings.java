package org.usagestreams.reconciler;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.settings.SettingsGroup;

/** Settings of the comparison of bucket and ledger, and its limits. */
public final class ReconcileSettings implements SettingsGroup {

    @Override
    public String title() {
        return "Reconcile";
    }

    @Override
    public int order() {
        return 6;
    }

    @Override
    public List<String> prefixes() {
        return List.of("reconcile.");
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                "reconcile.interval.ms",
                LONG,
                900_000,
                between(0, Long.MAX_VALUE),
                MEDIUM,
                "How often one of the splitters compares the bucket with the ledger. It also compares at its start."
                        + " 0: never.");
        definition.define(
                "reconcile.prefix",
                STRING,
                "",
                LOW,
                "Only keys that begin with this are compared. The listing of a large bucket takes long.");
        definition.define(
                "reconcile.grace.ms",
                LONG,
                60_000,
                between(0, 86_400_000),
                MEDIUM,
                "Objects younger than this are not compared, because their notification may still arrive.");
        definition.define(
                "reconcile.page",
                INT,
                1_000,
                between(1, 1_000),
                LOW,
                "Number of keys that are listed, compared and published at once.");
        definition.define(
                "reconcile.wait.ms",
                LONG,
                60_000,
                between(1_000, 3_600_000),
                LOW,
                "How long to wait for notifications that are still being processed. Objects whose notifications"
                        + " take longer are compared the next time.");
        definition.define(
                "reconcile.removals.percent",
                INT,
                10,
                between(0, 100),
                MEDIUM,
                "Share of the known objects, in percent, that one comparison may report as removed. If more are"
                        + " missing, it reports none of them as removed and logs an error; scripts/reconcile --yes"
                        + " confirms the removals.");
        definition.define(
                "reconcile.removals.least",
                INT,
                100,
                between(0, 1_000_000),
                MEDIUM,
                "Number of objects that may be reported as removed even if they exceed"
                        + " reconcile.removals.percent.");
        definition.define(
                "reconcile.removals.most",
                INT,
                10_000,
                between(1, 1_000_000),
                LOW,
                "Maximum number of objects that are reported as removed at once. They are held in memory, about"
                        + " 1 KB each.");
    }
}
