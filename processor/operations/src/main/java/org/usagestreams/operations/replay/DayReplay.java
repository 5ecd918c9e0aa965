package org.usagestreams.operations.replay;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.Resummarise;

/** Has days summarised again from the state. */
final class DayReplay {
    private final ReplayTarget target;

    DayReplay(ReplayTarget target) {
        this.target = target;
    }

    /** Days of a scope, with their number of rows. */
    SortedMap<String, Long> days(DayScope scope) {
        try (TopicReader reader = target.reader()) {
            return KnownDays.read(reader, target.topic(TopicRole.SUMMARY_STATUS), scope);
        }
    }

    /** Orders that days be summarised again. */
    void order(Collection<String> days, Resummarise order) {
        send(days.stream().map(day -> Map.entry(day, order)).toList());
    }

    /**
     * Orders that all rows of days be published again, and that rows of ours go which stand in the table and are not derived.
     *
     * @return days that are left out, because cost management has purged them
     */
    List<String> rewrite(Collection<String> days, Connection postgres) throws SQLException {
        final List<String> purged = new ArrayList<>();
        final SummaryTable table = new SummaryTable(target.settings());
        for (final String day : days) {
            final DayKey key = DayKey.parse(day);
            if (table.isPurged(postgres, key.organisation(), key.date())) {
                purged.add(day);
                continue;
            }
            final List<Map.Entry<String, Resummarise>> orders = new ArrayList<>();
            for (final ByteString uuids : TableUuids.of(postgres, target.settings(), key)) {
                orders.add(Map.entry(
                        day,
                        Resummarise.newBuilder()
                                .setRewrite(true)
                                .setUuids(uuids)
                                .build()));
            }
            send(orders);
        }
        return purged;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback tells.
    private void send(Collection<Map.Entry<String, Resummarise>> orders) {
        final Map<String, Object> config = target.kafka();
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        final String[] failure = new String[1];
        try (Producer<byte[], byte[]> producer = target.clients().producer(config)) {
            for (final Map.Entry<String, Resummarise> order : orders) {
                final ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                        target.topic(TopicRole.RETRACTIONS),
                        DayKey.parse(order.getKey()).partition(target.partitions()),
                        order.getKey().getBytes(StandardCharsets.UTF_8),
                        DayCommand.newBuilder()
                                .setResummarise(order.getValue())
                                .build()
                                .toByteArray());
                producer.send(record, (sent, e) -> {
                    if (e != null) {
                        failure[0] = e.toString();
                    }
                });
            }
            producer.flush();
        }
        if (failure[0] != null) {
            throw new IllegalStateException("Cannot send a command to a day: " + failure[0]);
        }
    }
}
