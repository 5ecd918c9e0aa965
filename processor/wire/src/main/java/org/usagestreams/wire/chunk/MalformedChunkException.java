package org.usagestreams.wire.chunk;

/** A record of the chunk topic that does not follow {@code chunk.proto}. Reading it again would not help. */
public class MalformedChunkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedChunkException(String message) {
        super(message);
    }

    public MalformedChunkException(String message, Throwable cause) {
        super(message, cause);
    }
}
