package org.usagestreams.connectors.sink;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** A task of {@link DailySummarySinkConnector}: hands what Connect calls on to a {@link SummaryLoad}. */
public final class DailySummarySinkTask extends SinkTask {
    private SummaryLoad load;

    @Override
    public String version() {
        return new DailySummarySinkConnector().version();
    }

    @Override
    public void start(Map<String, String> props) {
        final SinkSettings settings = new SinkSettings(props);
        try {
            load = new SummaryLoad(
                    settings,
                    new PostgresConnections(settings),
                    () -> new BrokerSummaryTopic(PollPositions.configuration(settings.group())),
                    new LoadDeadLetters(
                            settings.getString(SinkSettings.DEAD_LETTERS),
                            () -> PollPositions.configuration(settings.group()),
                            System::currentTimeMillis),
                    new Consumption(),
                    UUID.randomUUID(),
                    System::currentTimeMillis);
        } catch (SQLException e) {
            throw new ConfigException(
                    SinkSettings.STATUS_SCHEMA, props.get(SinkSettings.STATUS_SCHEMA), e.getMessage());
        }
    }

    /** What a load does to the consumer. */
    private final class Consumption implements SummaryLoad.Consumption {
        @Override
        public void seek(TopicPartition partition, long offset) {
            context.offset(partition, offset);
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            context.pause(partitions.toArray(TopicPartition[]::new));
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            context.resume(partitions.toArray(TopicPartition[]::new));
        }
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        PollPositions.take();
        load.assign(partitions);
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        load.revoke(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        load.take(records, PollPositions.take());
    }

    /**
     * The positions in PostgreSQL, so that Connect's consumer group shows how far the table is. Connect knows nothing of the
     * markers of transactions, and warns of positions behind them.
     */
    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        final Map<TopicPartition, OffsetAndMetadata> loaded = new HashMap<>();
        load.stored().forEach((partition, stored) -> {
            final OffsetAndMetadata consumed = offsets.get(partition);
            if (consumed != null) {
                loaded.put(partition, new OffsetAndMetadata(Math.min(stored, consumed.offset())));
            }
        });
        return loaded;
    }

    @Override
    public void stop() {
        if (load != null) {
            load.close();
        }
    }
}
