package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.instance.StateHeartbeat;
import org.usagestreams.testkit.ManualTime;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;

/**
 * An instance comes back after compaction has removed a tombstone from its changelog: what was deleted is there again, unless
 * its old state is removed first.
 */
@Tag("long")
class OldStateIT {
    private static final String APPLICATION = "old-state";
    private static final String CHANGELOG = APPLICATION + "-held-changelog";

    @TempDir
    private Path directory;

    private BrokerFixture broker;

    /** Puts a record where it has a value, and deletes it where it has none. */
    private static final class Holding extends ContextualProcessor<String, String, Void, Void> {
        @Override
        public void process(Record<String, String> record) {
            final KeyValueStore<String, String> held = context().getStateStore("held");
            held.put(record.key(), "-".equals(record.value()) ? null : record.value());
        }
    }

    private static Topology topology() {
        final Topology topology = new Topology();
        topology.addSource("source", new StringDeserializer(), new StringDeserializer(), "input");
        topology.addProcessor("holding", Holding::new, "source");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore("held"), Serdes.String(), Serdes.String())
                        .withLoggingEnabled(Map.of(
                                "segment.ms", "1000",
                                "delete.retention.ms", "0",
                                "min.cleanable.dirty.ratio", "0.001",
                                "max.compaction.lag.ms", "1000")),
                "holding");
        return topology;
    }

    private KafkaStreams start(Path state) {
        final Properties config = new Properties();
        config.putAll(broker.kafka());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put("auto.offset.reset", "earliest");
        final KafkaStreams streams = new KafkaStreams(topology(), config);
        streams.start();
        await().atMost(Duration.ofMinutes(1)).until(() -> streams.state() == KafkaStreams.State.RUNNING);
        return streams;
    }

    private static String held(KafkaStreams streams, String key) {
        final AtomicReference<ReadOnlyKeyValueStore<String, String>> store = new AtomicReference<>();
        await().ignoreExceptions().until(() -> {
            store.set(streams.store(
                    StoreQueryParameters.fromNameAndType("held", QueryableStoreTypes.<String, String>keyValueStore())));
            return true;
        });
        return store.get().get(key);
    }

    private static void awaitHeld(KafkaStreams streams, String key, String value) {
        await().atMost(Duration.ofMinutes(1)).until(() -> Objects.equals(held(streams, key), value));
    }

    @Test
    void shouldNotBringBackWhatWasDeletedWhileTheInstanceWasAway() throws Exception {
        broker = new BrokerFixture(directory);
        try {
            broker.admin
                    .createTopics(List.of(new NewTopic("input", 1, (short) 1)))
                    .all()
                    .get();
            final Path away = directory.resolve("away");
            broker.put("input", 0, "deleted", "x");
            broker.put("input", 0, "kept", "x");
            try (KafkaStreams streams = start(away)) {
                awaitHeld(streams, "kept", "x");
            }
            final ManualTime time = new ManualTime();
            new StateHeartbeat(away, APPLICATION, time, () -> true).beat();
            // Another instance goes on, with a copy.
            final Path other = directory.resolve("other");
            copy(away, other);
            broker.put("input", 0, "deleted", "-");
            try (KafkaStreams streams = start(other)) {
                awaitHeld(streams, "deleted", null);
                awaitCompaction();
            }
            final Path again = directory.resolve("again");
            copy(away, again);
            try (KafkaStreams streams = start(again)) {
                assertThat(held(streams, "deleted"))
                        .as("this is what old state does")
                        .isEqualTo("x");
            }
            time.sleep(Duration.ofDays(8).toMillis());
            assertThat(StateHeartbeat.removeOutdated(away, APPLICATION, Duration.ofDays(5), time))
                    .isTrue();
            try (KafkaStreams streams = start(away)) {
                assertThat(held(streams, "kept")).isEqualTo("x");
                assertThat(held(streams, "deleted")).isNull();
            }
        } finally {
            broker.close();
        }
    }

    /** Writes until a new segment begins and the cleaner has removed the tombstone. */
    private void awaitCompaction() {
        final int[] written = new int[1];
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    broker.put("input", 0, "other", Integer.toString(++written[0]));
                    final boolean[] there = new boolean[1];
                    try (var reader = new TopicReader(KafkaClients.real(), broker.kafka())) {
                        reader.readAll(
                                CHANGELOG,
                                record ->
                                        there[0] |= "deleted".equals(new String(record.key(), StandardCharsets.UTF_8)));
                    }
                    return !there[0];
                });
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
