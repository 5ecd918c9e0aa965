package org.usagestreams.instance;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidList.anyNonDuplicateValues;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.settings.SettingsGroup;

/** What each running instance has: session, HTTP interface, metrics. */
public final class InstanceSettings implements SettingsGroup {

    @Override
    public String title() {
        return "Instances";
    }

    @Override
    public int order() {
        return 2;
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                "instance.session.ms",
                INT,
                10_000,
                between(6_000, 300_000),
                MEDIUM,
                "Session time-out. If an instance sends no heartbeat for this long, other instances take over its work. A "
                        + "restart within this time moves no work.");
        definition.define(
                "http.address",
                STRING,
                "127.0.0.1",
                MEDIUM,
                "Address on which the HTTP interface of a splitter or processor listens: health, metrics, threads.");
        definition.define(
                "splitter.http.port",
                INT,
                18_180,
                between(0, 65_535),
                MEDIUM,
                "A splitter's port; where it is taken, as by another one of the host, the next that is free. 0: any that is free.");
        definition.define(
                "summary.http.port",
                INT,
                18_080,
                between(0, 65_535),
                MEDIUM,
                "A processor's port; where it is taken, as by another one of the host, the next that is free. 0: any that is free.");
        definition.define(
                "http.token",
                PASSWORD,
                "",
                MEDIUM,
                "What changes over HTTP have to be sent with. Empty: made anew at each start, and found in http.json "
                        + "in the instance's directory.");
        definition.define(
                "http.resize.ms",
                INT,
                60_000,
                between(1_000, 600_000),
                LOW,
                "How long an added or removed stream thread's rebalance is waited for.");
        definition.define(
                "metrics.kafka.exclude",
                LIST,
                List.of("stream-state-metrics"),
                anyNonDuplicateValues(true, false),
                LOW,
                "Groups of Kafka's metrics that are left out of /metrics, each with all groups whose names begin with its own"
                        + " (stream-metrics with stream-task-metrics). The default has one for each state store of each"
                        + " task, half of all.");
        definition.define(
                "metrics.lag.ms",
                LONG,
                10_000L,
                between(1_000, 3_600_000),
                LOW,
                "How often a processor looks how far the consumer groups are behind, for the metrics.");
    }
}
