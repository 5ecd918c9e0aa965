package org.usagestreams.summarizer;

/**
 * The application's own state cannot be read. This stops the task: without the record, it would publish wrong rows, or lose what is known
 * about an object.
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
