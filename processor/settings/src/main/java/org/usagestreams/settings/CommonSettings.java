package org.usagestreams.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import org.apache.kafka.common.config.ConfigDef;

/** Settings that several services share: Kafka, topics, consumer groups, retention. */
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
                "Addresses of brokers, host:port,... Any other setting that begins with kafka. is passed to"
                        + " Kafka's clients without that prefix. Names that no client knows are errors, and so are"
                        + " settings that exactly-once processing depends on, such as client.id, acks, or"
                        + " isolation.level.");
        definition.define("topics.file", STRING, "", LOW, "A topic catalog to use instead of the shipped one.");
        definition.define(
                "topics.partitions",
                INT,
                0,
                between(0, 1000),
                MEDIUM,
                "Partitions of the scaled topics: the maximum number of tasks that share the work. 0: the"
                        + " number in the catalog.");
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
                "intake.group.id",
                STRING,
                "usage-intake",
                LOW,
                "Consumer group of the intakes, on the notification topics.");
        definition.define(
                "intake.unpack.group.id",
                STRING,
                "usage-intake-unpack",
                LOW,
                "Consumer group of the intakes' second lane, which unpacks payloads.");
        definition.define(
                "intake.announce.group.id",
                STRING,
                "usage-intake-announcements",
                LOW,
                "Consumer group of the intakes on the topic of announcements.");
        definition.define(
                "intake.announce.retry.group.id",
                STRING,
                "usage-intake-announcement-retries",
                LOW,
                "Consumer group of the intakes on the topic of announcements that are tried again.");
        definition.define(
                "intake.announce.topic",
                STRING,
                "platform.upload.announce",
                MEDIUM,
                "Topic on which an ingress announces payloads.");
        definition.define(
                "intake.validation.topic",
                STRING,
                "platform.upload.validation",
                MEDIUM,
                "Topic on which announced payloads are confirmed.");
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
                "Days older than this leave the state: their rows stay as they are, and a new object for such a"
                        + " day is refused. The default is the longest retention of cost management, 120 months. Set the"
                        + " same for splitters and processors.");
        definition.define(
                "sink.summary.group.id",
                STRING,
                "connect-usage-daily-summary-sink",
                LOW,
                "Consumer group of the connector that loads the summary. Its offsets are in PostgreSQL.");
        definition.define(
                "sink.ledger.group.id",
                STRING,
                "connect-usage-upload-ledger-sink",
                LOW,
                "Consumer group of the connector that loads the ledger. Its offsets show how up to date the"
                        + " table is.");
    }
}
