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

/** Settings of every running instance: session, HTTP interface, metrics. */
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
                "Session timeout. If an instance sends no heartbeat for this long, other instances take over"
                        + " its work. A restart within this time does not move work.");
        definition.define(
                "http.address",
                STRING,
                "127.0.0.1",
                MEDIUM,
                "Address on which the HTTP interface of a splitter or processor listens, with its pages and its health"
                        + " checks.");
        port(definition, "splitter.http.port", 18_180, "Port of a splitter's pages");
        port(definition, "splitter.health.port", 18_380, "Port of a splitter's health checks");
        port(definition, "summary.http.port", 18_080, "Port of a processor's pages");
        port(definition, "summary.health.port", 18_280, "Port of a processor's health checks");
        port(definition, "validator.http.port", 18_480, "Port of a validator's pages");
        port(definition, "validator.health.port", 18_580, "Port of a validator's health checks");
        port(definition, "intake.http.port", 18_680, "Port of an intake's pages");
        port(definition, "intake.health.port", 18_780, "Port of an intake's health checks");
        definition.define(
                "console.http.address",
                STRING,
                "127.0.0.1",
                MEDIUM,
                "Address on which the console listens. Unless console.sign.in is all, anyone who reaches the port can"
                        + " read everything. The settings http.hosts, http.tls.* and the limits of http.* also apply to"
                        + " it.");
        port(definition, "console.http.port", 18_880, "Port of the console");
        ConsoleSettings.define(definition);
        definition.define(
                "console.connect.url",
                STRING,
                "",
                LOW,
                "Address of Kafka Connect's REST interface, where the console reads whether the sink is"
                        + " running. Empty: the console only shows how far the sink is.");
        definition.define(
                "http.hosts",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Names of this host that requests may use in their Host header, in addition to localhost,"
                        + " http.address and the address that the request was sent to. Requests with other names are"
                        + " refused. This protects against DNS rebinding, by which a web page could read the answers"
                        + " through its visitor's browser.");
        definition.define(
                "http.token",
                PASSWORD,
                "",
                MEDIUM,
                "Token for HTTP requests that change something (Authorization: Bearer). Empty: a new token is"
                        + " generated at each start, and written to http.json in the instance's directory.");
        definition.define(
                "http.token.for",
                STRING,
                "changes",
                in("changes", "all"),
                MEDIUM,
                "Which requests need the token: only changes, or all pages (/metrics, /state, /settings, /topology,"
                        + " /threads). Health checks never need it.");
        definition.define(
                "http.tls.file",
                STRING,
                "",
                MEDIUM,
                "PEM file with the private key (PKCS#8) and the certificates for serving the pages over TLS."
                        + " Empty: plain HTTP. The health checks always use plain HTTP.");
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
                "Maximum number of open connections, for each of the two ports. Further connections wait.");
        definition.define(
                "http.request.ms",
                INT,
                (int) HttpOptions.Limits.DEFAULTS.request().toMillis(),
                between(100, 600_000),
                LOW,
                "A connection is closed if its request has not arrived within this time after it was opened, or"
                        + " if the client does not read the answer within this time.");
        definition.define(
                "http.request.bytes",
                INT,
                HttpOptions.Limits.DEFAULTS.bytes(),
                between(1_024, 1 << 20),
                LOW,
                "Maximum size in bytes of a request's line and headers, and of its body.");
        definition.define(
                "http.resize.ms",
                INT,
                60_000,
                between(1_000, 600_000),
                LOW,
                "How long to wait for the rebalance after a stream thread was added or removed.");
        definition.define(
                "metrics.kafka.exclude",
                LIST,
                List.of("stream-state-metrics"),
                anyNonDuplicateValues(true, false),
                LOW,
                "Groups of Kafka's metrics to leave out of /metrics. A name matches all groups whose names begin"
                        + " with it (stream-metrics for stream-task-metrics). The default group has metrics for"
                        + " each state store of each task: half of all metrics.");
        definition.define(
                "metrics.organisations",
                INT,
                100,
                between(0, 10_000),
                LOW,
                "Maximum number of organisations with separate series in metrics that have the label organisation; all"
                        + " others share the label \"other\". 0: organisations are not distinguished, and the label is"
                        + " \"all\".");
        definition.define(
                "metrics.lag.ms",
                LONG,
                10_000L,
                between(1_000, 3_600_000),
                LOW,
                "How often a processor measures the lag of the consumer groups for the metrics.");
    }

    private static void port(ConfigDef definition, String name, int port, String what) {
        definition.define(
                name,
                INT,
                port,
                between(0, 65_535),
                MEDIUM,
                what
                        + ". If it is in use, for example by another instance on the host, the next free port is used."
                        + " 0: any free port.");
    }
}
