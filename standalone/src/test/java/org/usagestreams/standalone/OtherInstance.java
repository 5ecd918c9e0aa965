package org.usagestreams.standalone;

import io.micrometer.core.instrument.Gauge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.usagestreams.instance.Health;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceHttp;
import org.usagestreams.instance.InstanceMetrics;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.StreamThreads;
import org.usagestreams.settings.Settings;

/** The HTTP interface of a processor that restores seven records, without the processor. */
final class OtherInstance implements AutoCloseable {
    private static final String TOPOLOGY = """
            Topologies:
               Sub-topology: 0
                Source: chunk-source (topics: [usage.chunks])
                  --> chunk-table
                Processor: chunk-table (stores: [chunks])
                  --> day-summary
                Processor: day-summary (stores: [days, published-rows-of-all-days-and-more])
                  --> summary-sink, status-sink
                Sink: summary-sink (topic: usage.daily-summary)
                  <-- day-summary
                Sink: status-sink (topic: usage.daily-summary-status)
                  <-- day-summary
            """;

    private final InstanceMetrics metrics = new InstanceMetrics(List.of());
    private final InstanceSlot slot;
    private final HttpInterface http;

    /** One whose folder is in this one. */
    OtherInstance(Path directory) throws Exception {
        slot = InstanceSlot.take(Files.createDirectories(directory));
        Gauge.builder("usage_streams_restore_remaining_records", () -> 7).register(metrics.registry());
        http = InstanceHttp.start(
                Settings.of(Map.of("summary.http.port", "0", "summary.health.port", "0", "postgres.password", "hush")),
                "summary",
                slot,
                new HttpInterface.Pages(
                        () -> Health.notReady("restores"), metrics, TOPOLOGY, new OneThread(), Duration.ofSeconds(1)));
    }

    private static final class OneThread implements StreamThreads {
        @Override
        public List<StreamThread> threads() {
            return List.of(new StreamThread("app-StreamThread-1", "RUNNING", List.of("0_0", "0_1"), List.of("0_2")));
        }

        @Override
        public boolean resize(int count, Duration within) {
            return true;
        }
    }

    /** Where it answers. */
    String url() {
        return "http://127.0.0.1:" + http.port();
    }

    @Override
    public void close() {
        http.close();
        metrics.close();
        slot.close();
    }
}
