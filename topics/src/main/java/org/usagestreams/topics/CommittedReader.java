package org.usagestreams.topics;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** A consumer that reads committed records outside of any group. */
public final class CommittedReader {
    private CommittedReader() {}

    /** A consumer with these properties beside its own: it commits nothing and creates no topic. */
    public static Consumer<byte[], byte[]> open(KafkaClients clients, Map<String, Object> kafka) {
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // A fetch that waits at the end of one partition holds up the next partition's.
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
        return clients.consumer(config);
    }
}
