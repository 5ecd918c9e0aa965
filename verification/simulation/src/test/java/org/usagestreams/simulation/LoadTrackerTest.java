package org.usagestreams.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.usagestreams.summarizer.loading.LoadProgress;
import org.usagestreams.summarizer.loading.LoadTracker;
import org.usagestreams.summarizer.loading.LoadWatch;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.ObjectFact;

/** LOADED is told of what PostgreSQL holds, and of nothing else. */
class LoadTrackerTest {
    private static final TopicCatalog TOPICS = TopicCatalog.shipped().withPartitions(1);
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private static final DayKey DAY = new DayKey("org", SOURCE, LocalDate.parse("2025-11-03"));
    private static final TopicPartition SUMMARY = new TopicPartition(TOPICS.name(TopicRole.SUMMARY), 0);
    private static final TopicPartition OTHER_SUMMARY = new TopicPartition(SUMMARY.topic(), 1);
    private static final TopicPartition LEDGER = new TopicPartition(TOPICS.name(TopicRole.LEDGER), 0);
    private static final TopicPartition OBJECTS = new TopicPartition(TOPICS.name(TopicRole.OBJECTS), 0);

    private final World world = new World(1, 100_000);
    private final SimulatedBroker broker = new SimulatedBroker(world::now);
    private final Node node = world.node("watch", 0);
    private final ProducerIdentity processor;
    private Map<TopicPartition, OffsetAndMetadata> positions = Map.of();
    private Set<DayKey> setAside = Set.of();
    private boolean isDown;

    LoadTrackerTest() {
        for (final TopicPartition topic : List.of(SUMMARY, LEDGER, OBJECTS)) {
            broker.createTopic(topic.topic(), 1, TopicOptions.deleted(null));
        }
        processor = broker.transactions().init("processor", Duration.ofMinutes(10));
    }

    private LoadProgress.State progress() {
        if (isDown) {
            throw new ReaderOffsets.UnavailableException("PostgreSQL is down", new SQLException("refused"));
        }
        return new LoadProgress.State(new GroupOffsets(positions), setAside);
    }

    private void write(TopicPartition to, String key, String value) {
        broker.transactions()
                .append(
                        processor,
                        to,
                        key.getBytes(StandardCharsets.UTF_8),
                        value.getBytes(StandardCharsets.UTF_8),
                        List.of(),
                        world.now());
        broker.transactions().end(processor, true);
    }

    private void counted(String object, String date) {
        write(
                LEDGER,
                object,
                "{\"bucket\":\"b\",\"object_key\":\"" + object + "\",\"etag\":\"e\",\"version_id\":\"\",\"state\":"
                        + "\"COUNTED\",\"organisation\":\"org\",\"source_uuid\":\"" + SOURCE
                        + "\",\"usage_dates\":\"[\\\"" + date + "\\\"]\",\"counted_at\":\"2025-11-24T00:00:00Z\"}");
    }

    private List<String> told() {
        final List<String> told = new ArrayList<>();
        for (final LogRecord record : broker.fetch(OBJECTS, 0, 1_000, true).records()) {
            try {
                told.add(ObjectFact.parseFrom(record.value()).getVersion().getKey());
            } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
        return told;
    }

    private interface Steps {
        void run(Runnable step);
    }

    private void track(Steps steps) {
        world.spawn(node, "watch", () -> {
            final LoadWatch.Options options = new LoadWatch.Options(
                    Map.of(),
                    "load-watch",
                    "watch",
                    Duration.ofSeconds(10),
                    admin -> this::progress,
                    Duration.ofMillis(100),
                    10);
            try (LoadTracker tracker = new LoadTracker(
                    options, TOPICS, new SimulatedClients(world, broker, node), new NodeTime(world, node))) {
                steps.run(() -> {
                    for (int i = 0; i < 20; i++) {
                        tracker.step();
                    }
                });
            }
        });
        world.run(() -> false);
        assertThat(world.failures()).isEmpty();
        world.close();
    }

    private void loadedTo(long next) {
        positions = Map.of(SUMMARY, new OffsetAndMetadata(next));
    }

    @Test
    void shouldTellOnceThePositionIsBehindAllThatWasPublished() {
        write(SUMMARY, "row", "{}");
        counted("a", "2025-11-03");
        track(steps -> {
            steps.run();
            assertThat(told())
                    .as("a missing position means that nothing is loaded")
                    .isEmpty();
            loadedTo(0);
            steps.run();
            assertThat(told()).isEmpty();
            loadedTo(1);
            steps.run();
            assertThat(told()).containsExactly("a");
        });
    }

    @Test
    void shouldHoldWhatIsOfADayThatPostgresRefusesAndTellTheOthers() {
        write(SUMMARY, "row", "{}");
        counted("refused", DAY.date().toString());
        counted("other", "2025-11-04");
        loadedTo(1);
        setAside = Set.of(DAY);
        track(steps -> {
            steps.run();
            assertThat(told()).containsExactly("other");
            setAside = Set.of();
            steps.run();
            assertThat(told()).containsExactly("other", "refused");
        });
    }

    @Test
    void shouldHoldItStillAfterARestart() {
        write(SUMMARY, "row", "{}");
        counted("refused", DAY.date().toString());
        counted("other", "2025-11-04");
        loadedTo(1);
        setAside = Set.of(DAY);
        track(steps -> {
            steps.run();
            assertThat(told()).containsExactly("other");
            assertThat(broker.groups().committed("load-watch").getOrDefault(LEDGER, new OffsetAndMetadata(0)))
                    .as("the entry is read again")
                    .isEqualTo(new OffsetAndMetadata(0));
        });
    }

    @Test
    void shouldTellNothingWhilePostgresCannotBeRead() {
        write(SUMMARY, "row", "{}");
        counted("a", "2025-11-03");
        loadedTo(1);
        isDown = true;
        track(steps -> {
            steps.run();
            assertThat(told()).isEmpty();
            isDown = false;
            steps.run();
            assertThat(told()).containsExactly("a");
        });
    }

    /** A date of the source whose rows are in a partition of two. */
    private static String dateIn(int partition) {
        return DAY.date()
                .datesUntil(DAY.date().plusMonths(1))
                .filter(date -> new DayKey("org", SOURCE, date).partition(2) == partition)
                .findFirst()
                .orElseThrow()
                .toString();
    }

    @Test
    void shouldWaitForNoOtherPartitionThanThatOfTheDay() {
        broker.addPartitions(SUMMARY.topic(), 2);
        write(SUMMARY, "row", "{}");
        write(OTHER_SUMMARY, "row", "{}");
        loadedTo(1);
        track(steps -> {
            steps.run();
            counted("loaded", dateIn(0));
            counted("waits", dateIn(1));
            steps.run();
            assertThat(told()).containsExactly("loaded");
            positions = Map.of(SUMMARY, new OffsetAndMetadata(1), OTHER_SUMMARY, new OffsetAndMetadata(1));
            steps.run();
            assertThat(told()).containsExactly("loaded", "waits");
        });
    }

    /** The topic may have had fewer partitions when the rows were published. */
    @Test
    void shouldWaitForAllPartitionsWhereTheEntryWasThereBefore() {
        broker.addPartitions(SUMMARY.topic(), 2);
        write(SUMMARY, "row", "{}");
        write(OTHER_SUMMARY, "row", "{}");
        counted("before", dateIn(0));
        loadedTo(1);
        track(steps -> {
            steps.run();
            assertThat(told()).isEmpty();
            positions = Map.of(SUMMARY, new OffsetAndMetadata(1), OTHER_SUMMARY, new OffsetAndMetadata(1));
            steps.run();
            assertThat(told()).containsExactly("before");
        });
    }
}
