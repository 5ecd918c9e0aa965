package org.usagestreams.summarizer;

/**
 * State of our own cannot be read. It stops the task: to go on without the record would publish rows that are wrong, or
 * lose what is known of an object.
 */
final class CorruptStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptStateException(String store, String key, Exception cause) {
        super(
                "Cannot read store " + store + ", key " + key + ": " + cause.getMessage()
                        + ". Stop the instance and delete its state directory (setting summary.state.dir), to have"
                        + " the store restored from its changelog topic. If the error comes back, the changelog"
                        + " holds the record: rebuild the state with scripts/replay --from-topic.",
                cause);
    }
}
