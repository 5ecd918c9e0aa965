package org.usagestreams.topics;

import java.util.List;
import org.apache.kafka.clients.admin.Admin;

/** The offsets up to which a reader has read topics, wherever it keeps them. Each call reads them again. */
@FunctionalInterface
public interface ReaderOffsets extends AutoCloseable {
    /** Who keeps the offsets does not answer; it may do so later. */
    class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** For this reason. */
        public UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The offsets as of now.
     *
     * @throws UnavailableException where they cannot be read
     * @throws org.apache.kafka.common.KafkaException where the broker does not answer
     */
    GroupOffsets now();

    /**
     * What the reader's offsets are behind of though it is not done with it, for people to read.
     *
     * @throws UnavailableException where that cannot be read
     */
    default List<String> setAside() {
        return List.of();
    }

    /** Those of a consumer group, as the broker keeps them. */
    static ReaderOffsets ofGroup(Admin admin, String group) {
        return () -> GroupOffsets.of(admin, group);
    }

    @Override
    default void close() {
        // Most hold nothing.
    }
}
