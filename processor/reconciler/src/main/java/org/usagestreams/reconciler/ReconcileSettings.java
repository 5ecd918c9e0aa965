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
                "How often one of the splitters compares the bucket with the ledger, beginning at start. 0: never.");
        definition.define(
                "reconcile.prefix", STRING, "", LOW, "Only keys that begin so are compared; a listing takes a while.");
        definition.define(
                "reconcile.grace.ms",
                LONG,
                60_000,
                between(0, 86_400_000),
                MEDIUM,
                "Objects younger than this are left to their own notification.");
        definition.define(
                "reconcile.page",
                INT,
                1_000,
                between(1, 1_000),
                LOW,
                "Keys that are listed, compared and published at once.");
        definition.define(
                "reconcile.wait.ms",
                LONG,
                60_000,
                between(1_000, 3_600_000),
                LOW,
                "How long notifications that are on their way are waited for; what is behind them is left to the next"
                        + " time.");
        definition.define(
                "reconcile.removals.percent",
                INT,
                10,
                between(0, 100),
                MEDIUM,
                "Of the objects that the ledger knows, the share that one comparison may declare removed. Beyond it, it"
                        + " declares none, and says so: scripts/reconcile --yes goes on.");
        definition.define(
                "reconcile.removals.least",
                INT,
                100,
                between(0, 1_000_000),
                MEDIUM,
                "So many objects may be declared removed whatever the share is.");
        definition.define(
                "reconcile.removals.most",
                INT,
                10_000,
                between(1, 1_000_000),
                LOW,
                "More objects than this are never declared removed at once, whatever the share is: they are held in"
                        + " memory, about 1 KB each.");
    }
}
