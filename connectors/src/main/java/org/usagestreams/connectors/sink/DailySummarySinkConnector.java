package org.usagestreams.connectors.sink;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Loads the topic of the daily summary into PostgreSQL, each day in one transaction. It needs {@code ByteArrayConverter} for keys
 * and values, the isolation level {@code read_committed}, and {@link PollPositions} among the consumer's interceptors.
 */
public final class DailySummarySinkConnector extends SinkConnector {
    private Map<String, String> given;

    @Override
    public void start(Map<String, String> props) {
        given = Map.copyOf(props);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return DailySummarySinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return Collections.nCopies(maxTasks, given);
    }

    @Override
    public void stop() {
        // Tasks have all that has to be closed.
    }

    @Override
    public ConfigDef config() {
        return SinkSettings.DEFINITION;
    }

    @Override
    public String version() {
        final String version = DailySummarySinkConnector.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
