package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.operations.replay.DayScope;
import org.usagestreams.operations.replay.VersionComparison;
import org.usagestreams.operations.replay.VersionComparison.Bounds;
import org.usagestreams.operations.replay.VersionComparison.Column;
import org.usagestreams.operations.replay.VersionComparison.Example;
import org.usagestreams.operations.replay.VersionComparison.Found;
import org.usagestreams.operations.replay.VersionComparison.Row;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.summary.SummaryKey;

/** What people are told of a new version that ran beside: by column, with examples, and within bounds. */
class VersionComparisonIT {
    private static final TopicCatalog TOPICS = TopicCatalog.shipped().withPartitions(2);
    private static final String SUMMARY = TOPICS.name(TopicRole.SUMMARY);
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private static final Bounds WIDE = new Bounds(1_000, Duration.ofMinutes(3));

    @TempDir
    private static Path directory;

    private static BrokerFixture broker;
    private static VersionComparison comparison;
    private static DayKey large;
    private static DayKey small;

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerFixture(directory);
        broker.make(TOPICS);
        broker.make(
                List.of(
                        SUMMARY + ".next",
                        TOPICS.name(TopicRole.SUMMARY_STATUS) + ".next",
                        // Of nothing that was run beside.
                        SUMMARY + ".backup"),
                2);
        comparison = new VersionComparison(
                broker.settings(Map.of("topics.partitions", "2")), KafkaClients.real(), Time.SYSTEM);
        large = dayIn(0);
        small = dayIn(1);
        for (int i = 0; i < 6; i++) {
            put(SUMMARY, large, i, row("shop-" + i, i, "a"));
            put(SUMMARY + ".next", large, i, row("shop-" + i, i < 4 ? i + 10 : i, "a"));
        }
        put(SUMMARY, small, 7, row("gone", 1, "a"));
        put(SUMMARY + ".next", small, 8, row("new", 1, "a"));
        put(SUMMARY, small, 9, row("same", 1, "a"));
        put(SUMMARY + ".next", small, 9, row("same", 1, "a"));
    }

    @AfterAll
    static void end() {
        broker.close();
    }

    private static DayKey dayIn(int partition) {
        final LocalDate today = LocalDate.now(ZoneOffset.UTC);
        for (int ago = 1; ; ago++) {
            final DayKey day = new DayKey("org", SOURCE, today.minusDays(ago));
            if (day.partition(2) == partition) {
                return day;
            }
        }
    }

    private static String row(String namespace, int cpu, String node) {
        return "{\"namespace\":\"" + namespace + "\",\"node\":\"" + node + "\",\"cpu\":" + cpu + "}";
    }

    private static void put(String topic, DayKey day, int number, String value) {
        final SummaryKey key = new SummaryKey.OfDay(day).row(new UUID(0x5000L, 0x8000000000000000L | number));
        broker.put(topic, day.partition(2), new String(key.bytes(), StandardCharsets.UTF_8), value);
    }

    private static Row rowOf(DayKey day, String namespace) {
        return new Row("org", SOURCE, day.date().toString(), namespace, "a");
    }

    @Test
    void shouldNameTheVersionsThatRanBeside() {
        assertThat(comparison.versions()).containsExactly("next");
    }

    @Test
    void shouldCompareByColumnWithExamples() {
        final Found found = comparison.compare("next", DayScope.ALL, WIDE);
        assertThat(found.compared()).isEqualTo(found.partitions()).isEqualTo(2);
        assertThat(List.of(found.rows(), found.changed(), found.added(), found.removed()))
                .containsExactly(8L, 4L, 1L, 1L);
        assertThat(found.columns()).hasSize(1);
        final Column column = found.columns().get(0);
        assertThat(column.name()).isEqualTo("cpu");
        assertThat(column.rows()).isEqualTo(4);
        assertThat(column.examples()).hasSize(3).contains(new Example(rowOf(large, "shop-0"), "0", "10"));
        assertThat(found.addedRows()).containsExactly(rowOf(small, "new"));
        assertThat(found.removedRows()).containsExactly(rowOf(small, "gone"));
    }

    @Test
    void shouldCompareTheDaysOfAScopeOnly() {
        final Found found = comparison.compare("next", new DayScope("org", SOURCE, small.date(), small.date()), WIDE);
        assertThat(List.of(found.rows(), found.changed(), found.added(), found.removed()))
                .containsExactly(2L, 0L, 1L, 1L);
    }

    @Test
    void shouldTellWhatItDidNotCompare() {
        final Found few = comparison.compare("next", DayScope.ALL, new Bounds(10, Duration.ofMinutes(3)));
        assertThat(few.compared()).isEqualTo(1);
        assertThat(List.of(few.rows(), few.changed(), few.added(), few.removed()))
                .as("nothing of the partition that was read in part")
                .containsExactly(2L, 0L, 1L, 1L);
        assertThat(few.columns()).isEmpty();
        final Found none = comparison.compare("next", DayScope.ALL, new Bounds(1_000, Duration.ZERO));
        assertThat(none.compared()).isZero();
        assertThat(none.partitions()).isEqualTo(2);
    }
}
