package org.usagestreams.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import org.apache.kafka.common.config.ConfigDef;

/** What more than one service reads: how Kafka is reached, topics, consumer groups, retention. */
public final class CommonSettings implements SettingsGroup {

    @Override
    public String title() {
        return "Kafka, topics and groups";
    }

    @Override
    public int order() {
        return 0;
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                "kafka.bootstrap.servers",
                STRING,
                "localhost:9092",
                new ConfigDef.NonEmptyString(),
                HIGH,
                "Brokers to begin with, host:port,... Any other setting that begins with kafka. goes to Kafka's clients "
                        + "without that prefix. Names that no client knows are errors, and so are those that exactly-once "
                        + "processing depends on, such as client.id, acks, or isolation.level.");
        definition.define("topics.file", STRING, "", LOW, "A topic catalog to use instead of the shipped one.");
        definition.define(
                "topics.partitions",
                INT,
                0,
                between(0, 1000),
                MEDIUM,
                "Partitions of the scaled topics: the most tasks that can share the work. 0: as the catalog says.");
        definition.define(
                "topics.replication.factor",
                INT,
                -1,
                between(-1, 10),
                MEDIUM,
                "Replicas of topics that are created. -1: the broker's default.");
        definition.define(
                "splitter.group.id", STRING, "usage-splitter", LOW, "Consumer group of the splitters' first lane.");
        definition.define(
                "splitter.large.group.id",
                STRING,
                "usage-splitter-large",
                LOW,
                "Consumer group of the splitters' second lane.");
        definition.define(
                "summary.application.id",
                STRING,
                "usage-summary",
                LOW,
                "Kafka Streams application: name of its group, changelogs and state.");
        definition.define(
                "retention.days",
                INT,
                3_653,
                between(1, 1_000_000),
                HIGH,
                "Days older than this are forgotten: their rows stay as they are, and an object that comes for such a day"
                        + " is refused. The default is the longest that cost management keeps, 120 months. The same for"
                        + " splitters and processors.");
        definition.define(
                "sink.summary.group.id",
                STRING,
                "connect-usage-daily-summary-sink",
                LOW,
                "Consumer group of the connector that loads the summary. Its offsets stand in PostgreSQL.");
        definition.define(
                "sink.ledger.group.id",
                STRING,
                "connect-usage-upload-ledger-sink",
                LOW,
                "Consumer group of the connector that loads the ledger: its offsets tell how fresh the table is.");
    }
}
