package org.usagestreams.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Checks settings that begin with {@code kafka.}, which go to Kafka's clients: each name must be one that a client of Kafka
 * or Kafka Streams defines, and none that the exactly-once protocol depends on.
 */
final class KafkaSettings {
    static final String PREFIX = "kafka.";

    /** Names of Kafka Streams' own properties: services without Kafka Streams share files with those that have it. */
    static final String STREAMS_NAMES = "kafka-streams-properties.txt";

    /** Kafka Streams passes what begins with these to one of its clients. */
    private static final List<String> ROLES =
            List.of("main.consumer.", "restore.consumer.", "global.consumer.", "consumer.", "producer.", "admin.");

    /** What names of secrets have in them, of plug-ins for instance. */
    private static final Pattern SECRET = Pattern.compile("password|secret|jaas|credential|token$");

    private static final Set<String> KNOWN = known();
    private static final Map<String, String> RESERVED = reserved();

    private KafkaSettings() {}

    /** What is wrong with a name, without the prefix {@code kafka.}; empty where it may be set. */
    static Optional<String> problem(String name) {
        final String plain = withoutRole(name);
        final String instead = RESERVED.get(plain);
        if (instead != null) {
            return Optional.of("cannot be set: " + instead);
        }
        if (KNOWN.contains(plain)) {
            return Optional.empty();
        }
        return Optional.of("no client of Kafka has such a property" + NearestName.suggestion(name, KNOWN, PREFIX));
    }

    /** Whether a property, without the prefix {@code kafka.}, may hold a secret. */
    static boolean isSecret(String name) {
        final String plain = withoutRole(name);
        final boolean declared = Stream.of(
                        AdminClientConfig.configDef(), ConsumerConfig.configDef(), ProducerConfig.configDef())
                .map(definition -> definition.configKeys().get(plain))
                .anyMatch(key -> key != null && key.type() == ConfigDef.Type.PASSWORD);
        return declared || SECRET.matcher(plain).find();
    }

    private static String withoutRole(String name) {
        for (final String role : ROLES) {
            if (name.startsWith(role)) {
                return name.substring(role.length());
            }
        }
        return name;
    }

    private static Set<String> known() {
        final Set<String> known = new TreeSet<>(AdminClientConfig.configNames());
        known.addAll(ConsumerConfig.configNames());
        known.addAll(ProducerConfig.configNames());
        known.addAll(streamsNames());
        return known;
    }

    private static List<String> streamsNames() {
        try (InputStream in = KafkaSettings.class.getResourceAsStream(STREAMS_NAMES)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names that may not be set, with the reason. */
    private static Map<String, String> reserved() {
        final Map<String, String> reserved = new HashMap<>();
        final String identity = "it distinguishes instances. Use ";
        reserved.put("client.id", identity + "splitter.instance.id and summary.instance.id");
        reserved.put("group.instance.id", identity + "splitter.instance.id and summary.instance.id");
        reserved.put("group.id", identity + "splitter.group.id, splitter.large.group.id and summary.application.id");
        reserved.put("application.id", identity + "summary.application.id");
        reserved.put("transactional.id", identity + "splitter.instance.id");
        for (final String name : List.of(
                "isolation.level",
                "enable.idempotence",
                "enable.auto.commit",
                "auto.offset.reset",
                "acks",
                "processing.guarantee",
                "transaction.two.phase.commit.enable",
                "partitioner.class",
                "partitioner.ignore.keys",
                "partition.assignment.strategy",
                "group.protocol",
                "group.remote.assignor",
                "internal.leave.group.on.close",
                "key.serializer",
                "value.serializer",
                "key.deserializer",
                "value.deserializer",
                "default.key.serde",
                "default.value.serde",
                "default.client.supplier")) {
            reserved.put(name, "exactly-once processing depends on its value");
        }
        final String ours = "use ";
        reserved.put("session.timeout.ms", ours + "instance.session.ms");
        reserved.put("heartbeat.interval.ms", ours + "instance.session.ms");
        reserved.put("max.poll.records", ours + "splitter.poll.records and summary.poll.records");
        reserved.put(
                "transaction.timeout.ms", ours + "splitter.transaction.timeout.ms and summary.transaction.timeout.ms");
        reserved.put("max.poll.interval.ms", ours + "splitter.transaction.timeout.ms, which it follows from");
        reserved.put("buffer.memory", ours + "splitter.producer.bytes and summary.producer.bytes");
        reserved.put("num.stream.threads", ours + "summary.threads");
        reserved.put("num.standby.replicas", ours + "summary.standby.replicas");
        reserved.put("state.dir", ours + "summary.state.dir");
        reserved.put("commit.interval.ms", ours + "summary.commit.ms");
        reserved.put("replication.factor", ours + "topics.replication.factor");
        return Map.copyOf(reserved);
    }
}
