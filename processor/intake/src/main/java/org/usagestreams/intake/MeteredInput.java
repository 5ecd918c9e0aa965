package org.usagestreams.intake;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** Counts what an archive unfolds to, and refuses what is too much before it is read. */
final class MeteredInput extends FilterInputStream {
    /** What headers between two members may take: long names and extended attributes included. */
    private static final long HEADER_BYTES = 64 << 10;

    private final PayloadLimits limits;
    private final long archiveBytes;
    private final long most;
    private final BooleanSupplier late;
    private long count;
    private long headerEnd = Long.MAX_VALUE;

    /**
     * Reads the contents of an archive of that size.
     *
     * @param late whether the time for it is over
     */
    MeteredInput(InputStream in, PayloadLimits limits, long archiveBytes, BooleanSupplier late) {
        super(in);
        this.late = late;
        this.limits = limits;
        this.archiveBytes = archiveBytes;
        most = limits.contents(archiveBytes);
    }

    /** What follows are headers, which are short. */
    void beginHeaders() {
        headerEnd = count + HEADER_BYTES;
    }

    /** What follows is a member's contents. */
    void endHeaders() {
        headerEnd = Long.MAX_VALUE;
    }

    @Override
    public int read() throws IOException {
        final byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        final int read = super.read(bytes, offset, length);
        if (read > 0) {
            count += read;
            check();
        }
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        final long skipped = super.skip(bytes);
        count += skipped;
        check();
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void check() throws RejectedPayloadException {
        if (count > limits.unpackedBytes()) {
            throw new RejectedPayloadException(
                    RejectionReason.TOO_LARGE,
                    null,
                    "the contents have more than " + limits.unpackedBytes()
                            + " bytes. Have the operator send smaller payloads.");
        }
        if (late.getAsBoolean()) {
            throw new RejectedPayloadException(
                    RejectionReason.TOO_SLOW, null, "it takes longer than intake.payload.ms to unpack");
        }
        if (count > most) {
            throw new RejectedPayloadException(
                    RejectionReason.UNFOLDS,
                    null,
                    "an archive of " + archiveBytes + " bytes unpacks to more than " + most + " bytes");
        }
        if (count > headerEnd) {
            throw new RejectedPayloadException(
                    RejectionReason.NOT_TAR, null, "the headers of a member have more than " + HEADER_BYTES + " bytes");
        }
    }
}
