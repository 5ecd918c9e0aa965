package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;
import org.usagestreams.topics.TopicCatalog;

/** The registry knows all stores and sources of the topology. */
class StateStoreTest {
    private static final TopicCatalog TOPICS = TopicCatalog.shipped();

    private static Topology topology(boolean shadow) {
        final ReadProgress progress = new ReadProgress() {
            @Override
            public boolean isRead(int partition) {
                return true;
            }

            @Override
            public boolean isFirst(int partition, long offset) {
                return false;
            }
        };
        return new SummaryTopology(
                        TOPICS,
                        TopologySettings.DEFAULTS,
                        new InstanceWork(Time.SYSTEM, DayPacing.DEFAULTS),
                        progress,
                        shadow)
                .build();
    }

    private static Stream<TopologyDescription.Node> nodes(boolean shadow) {
        final TopologyDescription described = topology(shadow).describe();
        assertThat(described.globalStores()).as("global stores").isEmpty();
        return described.subtopologies().stream().flatMap(part -> part.nodes().stream());
    }

    private static Set<String> stores(boolean shadow) {
        return nodes(shadow)
                .filter(TopologyDescription.Processor.class::isInstance)
                .flatMap(node -> ((TopologyDescription.Processor) node).stores().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldKnowAllStores() {
        final Set<String> known =
                Stream.of(StateStore.values()).map(StateStore::storeName).collect(Collectors.toSet());
        assertThat(stores(false)).isEqualTo(new TreeSet<>(known));
        assertThat(known).containsAll(stores(true));
    }

    @Test
    void shouldKnowAllSources() {
        final Set<String> sources = nodes(false)
                .filter(TopologyDescription.Source.class::isInstance)
                .flatMap(node -> ((TopologyDescription.Source) node).topicSet().stream())
                .collect(Collectors.toSet());
        final Set<String> known =
                SummaryService.SOURCES.stream().map(TOPICS::name).collect(Collectors.toSet());
        assertThat(sources).isEqualTo(known);
    }

    @Test
    void shouldNotMistakeOneApplicationsChangelogForAnothers() {
        for (final StateStore store : StateStore.values()) {
            for (final StateStore other : StateStore.values()) {
                assertThat(store.storeName())
                        .as("would be store %s of application X-…", other)
                        .doesNotEndWith("-" + other.storeName());
            }
        }
    }
}
