package org.usagestreams.intake;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Where an archive is read from: a file on this host, or the store. Its failures are unchecked, so that no library takes them for the payload's. */
final class LocalInput extends FilterInputStream {
    LocalInput(InputStream in) {
        super(in);
    }

    /** The disk or the store failed; the cause says how. */
    static final class FailureException extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        FailureException(IOException cause) {
            super(cause);
        }
    }

    @Override
    public int read() {
        try {
            return super.read();
        } catch (IOException e) {
            throw new FailureException(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            throw new FailureException(e);
        }
    }
}
