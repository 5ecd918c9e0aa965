package org.usagestreams.operations.replay;

import java.nio.file.Path;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.StateHeartbeat;
import org.usagestreams.settings.Settings;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.summarizer.SummaryServices;
import org.usagestreams.topics.TopicCatalog;

/** Runs a processor of another application in this process. It takes an instance slot of the host, as any other processor. */
public final class ShadowProcessor {
    private ShadowProcessor() {}

    /**
     * Starts one.
     *
     * @param application its application id
     * @param topics those that it reads and publishes to
     */
    public static Replay.Processor start(Settings settings, String application, TopicCatalog topics) {
        final InstanceSlot slot = InstanceSlot.take(Path.of(settings.text("summary.state.dir")));
        final SummaryService service = SummaryServices.shadow(settings, topics, application, slot);
        service.start();
        final StateHeartbeat heartbeat = SummaryServices.heartbeat(slot.directory(), application, service)
                .start();
        return () -> {
            heartbeat.close();
            service.close();
            slot.close();
        };
    }
}
