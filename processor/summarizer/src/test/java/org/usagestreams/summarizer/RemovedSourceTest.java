package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.reference.ReferenceChange;
import org.usagestreams.reference.ReferenceDifference;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.reference.ReferenceState;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.Resummarise;

/** Rows of a source that cost management has removed stay as they are, until it is back. */
class RemovedSourceTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000de";
    private static final YearMonth NOVEMBER = YearMonth.of(2025, 11);
    private static final Cluster CLUSTER = new Cluster("c1", "alias", Map.of(NOVEMBER, 11));
    private static final String DAY = "org|" + SOURCE + "|2025-11-20";

    private final TopologyHarness harness = new TopologyHarness();
    private final PodSource source = new PodSource(harness, SOURCE, Instant.parse("2025-11-24T00:00:00Z"));
    private final ReferenceState held = new ReferenceState();
    private Map<String, byte[]> before;
    private int published;

    @AfterEach
    void close() {
        harness.close();
    }

    @BeforeEach
    void load() {
        follow(Map.of(SOURCE, CLUSTER));
        source.load("a", 1, "2025-11-20", "shop", "mail");
        source.load("b", 1, "2025-11-21", "shop");
        before = new TreeMap<>(harness.table);
        assertThat(before).hasSize(5);
        follow(Map.of());
        published = harness.published;
    }

    /** What cost management has now, as its followers publish it. */
    private void follow(Map<String, Cluster> clusters) {
        final ReferenceSet set =
                new ReferenceSet("org", Optional.of(clusters), Optional.empty(), Optional.empty(), Optional.empty());
        for (final ReferenceChange change :
                ReferenceDifference.between(held, Set.of(set), ReferenceDifference.Mode.FOLLOW)) {
            held.put(change.kind(), change.key(), change.after());
            harness.record(TopicRole.CLUSTERS, change.key().toString(), change.after());
        }
        harness.settle();
    }

    private void assertNothingWritten() {
        assertThat(harness.published).isEqualTo(published);
        assertThat(harness.table.keySet()).isEqualTo(before.keySet());
    }

    @Test
    void shouldNotWriteRowsWithoutTheClusterThatWentWithTheSource() {
        assertNothingWritten();
        assertThat(harness.stores.days()).as("the state stays").hasSize(2);
        assertThat(harness.deadLetters).isEmpty();
    }

    @Test
    void shouldNotWriteRowsByAnyLaterChange() {
        harness.reference.enabledKey("org", "app", true);
        harness.settle();
        harness.order(
                DAY,
                DayCommand.newBuilder()
                        .setResummarise(Resummarise.newBuilder().setRewrite(true))
                        .build());
        harness.settle();
        harness.gone(source.version("a", 2));
        harness.settle();
        assertNothingWritten();
        source.load("c", 1, "2025-11-20", "late");
        assertNothingWritten();
        assertThat(harness.deadLetters)
                .singleElement()
                .asString()
                .contains("\"step\":\"RETENTION\"", "cost management has removed source " + SOURCE);
    }

    @Test
    void shouldForgetSlicesThatLeaveAndRefuseThoseThatCome() {
        harness.gone(source.version("a", 2));
        harness.settle();
        source.load("c", 1, "2025-11-20", "late");
        final String other = "org|" + SOURCE + "|2025-11-21";
        assertThat(harness.stores.liveSlices()).containsOnlyKeys(other);
        assertThat(harness.stores.chunkKeys()).isNotEmpty().allSatisfy(key -> assertThat(key)
                .contains(other));
    }

    @Test
    void shouldSummariseItsDaysWhereItIsBack() {
        harness.gone(source.version("a", 2));
        harness.reference.enabledKey("org", "app", true);
        harness.settle();
        assertNothingWritten();
        follow(Map.of(SOURCE, new Cluster("c2", "alias", Map.of(NOVEMBER, 12))));
        assertThat(harness.stores.daysWithRows()).containsExactly("org|" + SOURCE + "|2025-11-21");
        source.load("c", 1, "2025-11-20", "back");
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.stores.daysWithRows()).hasSize(2);
        assertThat(harness.table.values()).allSatisfy(row -> assertThat(new String(row, StandardCharsets.UTF_8))
                .contains("\"cluster_id\":\"c2\"", "\"report_period_id\":12"));
    }
}
