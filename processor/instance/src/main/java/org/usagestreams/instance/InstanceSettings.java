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
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

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
                "Address on which the HTTP interface of a splitter or processor listens, with its pages and its health checks.");
        port(definition, "splitter.http.port", 18_180, "Port of a splitter's pages");
        port(definition, "splitter.health.port", 18_380, "Port of a splitter's health checks");
        port(definition, "summary.http.port", 18_080, "Port of a processor's pages");
        port(definition, "summary.health.port", 18_280, "Port of a processor's health checks");
        port(definition, "validator.http.port", 18_480, "Port of a validator's pages");
        port(definition, "validator.health.port", 18_580, "Port of a validator's health checks");
        definition.define(
                "http.hosts",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Names by which requests may call this host (their Host header), besides localhost, http.address and the"
                        + " address that the request was sent to. Others are refused, which keeps pages in a browser from"
                        + " reading what is answered here (DNS rebinding).");
        definition.define(
                "http.token",
                PASSWORD,
                "",
                MEDIUM,
                "What changes over HTTP have to be sent with (Authorization: Bearer). Empty: made anew at each start, and"
                        + " found in http.json in the instance's directory.");
        definition.define(
                "http.token.for",
                STRING,
                "changes",
                in("changes", "all"),
                MEDIUM,
                "What needs the token: changes only, or all pages (/metrics, /topology, /threads). Health checks never do.");
        definition.define(
                "http.tls.file",
                STRING,
                "",
                MEDIUM,
                "PEM file with the private key (PKCS#8) and the certificates that the pages are served with over TLS. Empty:"
                        + " plain HTTP. The health checks are always plain HTTP.");
        definition.define(
                "http.tls.key.password",
                PASSWORD,
                "",
                LOW,
                "Password of the private key in http.tls.file. Empty: none.");
        definition.define(
                "http.connections",
                INT,
                HttpOptions.Limits.DEFAULTS.connections(),
                between(8, 65_536),
                LOW,
                "Most connections that are open at once, on each of the two ports. Further ones wait.");
        definition.define(
                "http.request.ms",
                INT,
                (int) HttpOptions.Limits.DEFAULTS.request().toMillis(),
                between(100, 600_000),
                LOW,
                "A connection is closed where its request has not arrived this long after it was opened, or where its answer"
                        + " is not taken within the same time.");
        definition.define(
                "http.request.bytes",
                INT,
                HttpOptions.Limits.DEFAULTS.bytes(),
                between(1_024, 1 << 20),
                LOW,
                "Most bytes of a request's line and headers, and of its body.");
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
                "metrics.organisations",
                INT,
                100,
                between(0, 10_000),
                LOW,
                "Most organisations that have series of their own in metrics with the label organisation; all others have the"
                        + " label \"other\". 0: no organisation is told apart, and the label is \"all\".");
        definition.define(
                "metrics.lag.ms",
                LONG,
                10_000L,
                between(1_000, 3_600_000),
                LOW,
                "How often a processor looks how far the consumer groups are behind, for the metrics.");
    }

    private static void port(ConfigDef definition, String name, int port, String what) {
        definition.define(
                name,
                INT,
                port,
                between(0, 65_535),
                MEDIUM,
                what
                        + "; where it is taken, as by another one of the host, the next that is free. 0: any that is free.");
    }
}
