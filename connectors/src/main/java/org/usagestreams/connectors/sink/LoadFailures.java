package org.usagestreams.connectors.sink;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Reports what could not be loaded. The same failure may be reported more than once; the last report counts. Used by one thread.
 */
interface LoadFailures extends AutoCloseable {
    /**
     * PostgreSQL has refused a day, which is tried again.
     *
     * @throws KafkaException if it cannot be reported
     */
    void refused(RowKey.Day day, String error, int attempts);

    /**
     * A day that was refused is loaded, or will be in a moment.
     *
     * @throws KafkaException if it cannot be reported
     */
    void settled(RowKey.Day day);

    /**
     * A record cannot be read, and is left out.
     *
     * @throws KafkaException if it cannot be reported
     */
    void leftOut(SinkRecord record, String reason);

    @Override
    void close();
}
