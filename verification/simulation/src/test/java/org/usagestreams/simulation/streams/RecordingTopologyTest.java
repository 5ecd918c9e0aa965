package org.usagestreams.simulation.streams;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;
import org.usagestreams.summarizer.ReadProgress;
import org.usagestreams.summarizer.SummaryTopology;
import org.usagestreams.summarizer.TopologySettings;
import org.usagestreams.topics.TopicCatalog;

/** What is simulated is wired as what Kafka Streams runs. */
class RecordingTopologyTest {
    private static final ReadProgress READ = new ReadProgress() {
        @Override
        public boolean isRead(int partition) {
            return true;
        }

        @Override
        public boolean isFirst(int partition, long offset) {
            return false;
        }
    };

    /** A node: its kind, its topics or stores, and its children. */
    private record Node(String kind, Set<String> uses, Set<String> children) {}

    @Test
    void shouldRecordTheWiringThatKafkaStreamsDescribes() {
        for (final boolean shadow : new boolean[] {false, true}) {
            final RecordingTopology topology = new RecordingTopology();
            SummaryTopology.fill(
                    topology, TopicCatalog.shipped(), TopologySettings.DEFAULTS, Time.SYSTEM, READ, shadow);
            assertThat(recorded(topology.wiring()))
                    .as(shadow ? "beside another application" : "alone")
                    .isEqualTo(described(topology.describe()));
        }
    }

    /** Nodes by name, of each sub-topology. */
    private static Set<Map<String, Node>> recorded(Wiring wiring) {
        return wiring.parts().stream()
                .map(part -> {
                    final Map<String, Node> nodes = new TreeMap<>();
                    part.sources()
                            .forEach((name, node) ->
                                    nodes.put(name, new Node("source", node.topics(), node.children())));
                    part.processors()
                            .forEach((name, node) ->
                                    nodes.put(name, new Node("processor", node.stores(), node.children())));
                    part.sinks()
                            .forEach((name, node) -> nodes.put(name, new Node("sink", Set.of(node.topic()), Set.of())));
                    return nodes;
                })
                .collect(toSet());
    }

    private static Set<Map<String, Node>> described(TopologyDescription description) {
        return description.subtopologies().stream()
                .map(part -> part.nodes().stream()
                        .collect(toMap(
                                TopologyDescription.Node::name,
                                RecordingTopologyTest::node,
                                (a, b) -> a,
                                TreeMap::new)))
                .map(Function.<Map<String, Node>>identity())
                .collect(toSet());
    }

    private static Node node(TopologyDescription.Node node) {
        final Set<String> children =
                node.successors().stream().map(TopologyDescription.Node::name).collect(toSet());
        if (node instanceof TopologyDescription.Source source) {
            return new Node("source", source.topicSet(), children);
        }
        if (node instanceof TopologyDescription.Processor processor) {
            return new Node("processor", processor.stores(), children);
        }
        return new Node("sink", Set.of(((TopologyDescription.Sink) node).topic()), children);
    }
}
