package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.connectors.ConnectClient;
import org.usagestreams.ledger.SinkPositions;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.TopicRole;

/** How far consumer groups and the sink are behind, and how many rows pass in a second. Used by one thread. */
final class Progress implements AutoCloseable {
    private static final String SINK = "usage-daily-summary-sink";
    private static final long RATE_OVER_NANOS = Duration.ofSeconds(10).toNanos();

    private final Settings settings;
    private final Admin admin;
    private final SinkPositions positions;
    private final Rates read = new Rates(RATE_OVER_NANOS);
    private final Rates published = new Rates(RATE_OVER_NANOS);
    private final Rates loaded = new Rates(RATE_OVER_NANOS);

    /** @param admin stays the caller's */
    Progress(Settings settings, Admin admin) {
        this.settings = settings;
        this.admin = admin;
        positions = new SinkPositions(settings, admin, settings.topics().name(TopicRole.SUMMARY));
    }

    /** How far a group is behind. */
    ObjectNode lag(String group) throws ExecutionException, InterruptedException {
        final GroupOffsets offsets = GroupOffsets.of(admin, group);
        return lag(offsets, ends(offsets));
    }

    private static ObjectNode lag(GroupOffsets offsets, Map<TopicPartition, Long> ends) {
        return JSON.createObjectNode().put("lag", offsets.behind(ends)).put("partitions", ends.size());
    }

    private Map<TopicPartition, Long> ends(GroupOffsets offsets) throws ExecutionException, InterruptedException {
        final Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        offsets.committed().keySet().forEach(at -> wanted.put(at, OffsetSpec.latest()));
        final Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                .all()
                .get()
                .forEach((at, end) -> ends.put(at, end.offset()));
        return ends;
    }

    /** How far the sink is behind, how many days it cannot load, and whether it runs where Connect can be asked. */
    ObjectNode sink() throws ExecutionException, InterruptedException {
        ObjectNode sink;
        try {
            final SinkPositions.Loaded at = positions.read();
            final Map<TopicPartition, Long> ends = ends(at.positions());
            sink = lag(at.positions(), ends);
            sink.put("refused", at.setAside().size());
            final long now = System.nanoTime();
            published.add(now, counts(ends, Long::doubleValue));
            loaded.add(now, counts(at.positions().committed(), OffsetAndMetadata::offset));
        } catch (KafkaException e) {
            sink = JSON.createObjectNode().put("error", String.valueOf(e.getMessage()));
        }
        final String url = settings.text("console.connect.url");
        if (!url.isEmpty()) {
            try {
                final List<String> tasks = new ConnectClient(URI.create(url)).taskStates(SINK);
                sink.set("tasks", JSON.valueToTree(tasks));
                sink.put("runs", !tasks.isEmpty() && tasks.stream().allMatch("RUNNING"::equals));
            } catch (IOException | IllegalStateException e) {
                sink.put("runs", false).put("connect_error", String.valueOf(e.getMessage()));
            }
        }
        return sink;
    }

    private static <T> Map<String, Double> counts(Map<TopicPartition, T> offsets, ToDoubleFunction<T> count) {
        final Map<String, Double> counts = new HashMap<>();
        offsets.forEach((at, offset) -> counts.put(at.toString(), count.applyAsDouble(offset)));
        return counts;
    }

    /**
     * In a second, over the last ten: line items that the splitters read which can be asked, records published to the summary
     * topic, and records that the sink loaded from it. What is not known is missing.
     */
    ObjectNode rates(JsonNode instances) {
        final Map<String, Double> lineItems = new HashMap<>();
        for (final JsonNode instance : instances) {
            final JsonNode count = instance.path("metrics").path("usage_streams_line_items_total");
            if (count.isNumber()) {
                lineItems.put(Show.text(instance, "url"), count.asDouble());
            }
        }
        read.add(System.nanoTime(), lineItems);
        final ObjectNode rates = JSON.createObjectNode();
        read.perSecond().ifPresent(rate -> rates.put("read", rate));
        published.perSecond().ifPresent(rate -> rates.put("published", rate));
        loaded.perSecond().ifPresent(rate -> rates.put("loaded", rate));
        return rates;
    }

    @Override
    public void close() {
        positions.close();
    }
}
