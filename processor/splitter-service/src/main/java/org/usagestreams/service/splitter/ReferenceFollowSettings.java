package org.usagestreams.service.splitter;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.settings.SettingsGroup;

/** How reference data follows cost management. */
public final class ReferenceFollowSettings implements SettingsGroup {

    @Override
    public String title() {
        return "Reference data";
    }

    @Override
    public int order() {
        return 8;
    }

    @Override
    public List<String> prefixes() {
        return List.of("reference.");
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                ReferenceFollowing.INTERVAL,
                LONG,
                0,
                between(0, Long.MAX_VALUE),
                MEDIUM,
                "How often one of the splitters compares the reference data of all organisations with cost"
                        + " management's tables in the database of postgres.url, and publishes the differences. It"
                        + " also compares at its start. The same splitter also compares the bucket with the ledger."
                        + " 60000 is a usual value."
                        + " 0: never.");
        definition.define(
                ReferenceFollowing.STATEMENT,
                LONG,
                30_000,
                between(100, 3_600_000),
                LOW,
                "Timeout of a statement on cost management's tables. The reference data of an organisation that"
                        + " takes longer stays as it is.");
    }
}
