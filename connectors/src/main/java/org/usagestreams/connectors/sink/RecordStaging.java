package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.summary.SummaryKey;

/** Puts the records of polls into the stage, and notes which days they are of. Used by one thread. */
final class RecordStaging {
    private static final Logger LOG = LoggerFactory.getLogger(RecordStaging.class);

    private final Stage stage;
    private final LoadFailures failures;
    private final IntSupplier numbers;
    private final RowKey key = new RowKey();
    /** Whether each record is staged by itself, since PostgreSQL refused one of many. */
    private boolean isCareful;

    /**
     * Begins without a connection.
     *
     * @param failures hears what is left out
     * @param numbers names days in the stage
     */
    RecordStaging(Stage stage, LoadFailures failures, IntSupplier numbers) {
        this.stage = stage;
        this.failures = failures;
        this.numbers = numbers;
    }

    /** Begins with an empty stage on a connection. */
    void open(Connection connection) throws SQLException {
        stage.open(connection);
    }

    /**
     * Stages records. What cannot be read is left out, and told.
     *
     * @param states of a record's partition; null if the record is not wanted
     * @throws SQLException if PostgreSQL does not take them; they are to be read again
     */
    void add(Collection<SinkRecord> records, Function<TopicPartition, PartitionState> states) throws SQLException {
        boolean isRefused = false;
        for (final SinkRecord record : records) {
            final PartitionState state = states.apply(new TopicPartition(record.topic(), record.kafkaPartition()));
            if (state == null || record.kafkaOffset() < state.position()) {
                continue;
            }
            try {
                add(record, state);
                if (isCareful) {
                    stage.flush();
                }
            } catch (MalformedRowException e) {
                leaveOut(record, state, e.getMessage());
            } catch (SQLException e) {
                if (!isCareful || !Refusals.isOfTheData(e)) {
                    throw e;
                }
                stage.discard();
                isRefused = true;
                leaveOut(record, state, e.getMessage());
            }
            state.readTo(record.kafkaOffset() + 1);
        }
        try {
            stage.flush();
        } catch (SQLException e) {
            isCareful = Refusals.isOfTheData(e);
            throw e;
        }
        isCareful &= !isRefused;
    }

    private void leaveOut(SinkRecord record, PartitionState state, String reason) {
        LOG.warn(
                "Cannot load the record at {}-{}@{}: {}. It is skipped.",
                record.topic(),
                record.kafkaPartition(),
                record.kafkaOffset(),
                reason);
        failures.leftOut(record, reason);
        state.skip();
    }

    private void add(SinkRecord record, PartitionState state) throws SQLException, MalformedRowException {
        if (!(record.key() instanceof byte[] keyBytes)) {
            throw new MalformedRowException("its key is not in bytes (set key.converter to ByteArrayConverter)");
        }
        final byte[] value = (byte[]) record.value();
        key.read(keyBytes);
        final boolean isMoved = record.headers().lastWithName(SummaryKey.MOVED_HEADER) != null;
        if (value == null && isMoved) {
            // An expansion has taken the row to another partition. With the marker, the day is to be loaded from there.
            if (key.isMarker()) {
                state.forget(key.day());
            }
            state.skip();
            return;
        }
        if (key.isMarker()) {
            if (value != null) {
                final DayMarker marker = new DayMarker(
                        record.kafkaOffset(),
                        record.timestamp() == null ? 0 : record.timestamp(),
                        DayMarker.read(value));
                state.day(key.day(), numbers).end(marker);
            }
            return;
        }
        final PendingDay day = state.day(key.day(), numbers);
        if (isMoved) {
            day.move();
        }
        stage.add(day.number(), record.kafkaOffset(), key, value);
        day.row(record.kafkaOffset(), value == null);
    }
}
