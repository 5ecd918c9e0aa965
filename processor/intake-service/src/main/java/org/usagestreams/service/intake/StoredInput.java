package org.usagestreams.service.intake;

import java.io.IOException;
import java.io.InputStream;
import org.usagestreams.store.ObjectStore;

/** An object of the store, read range by range as far as somebody reads. Every failure is the store's. Not thread-safe. */
final class StoredInput extends InputStream {
    /** Enough for a manifest that stands first. */
    private static final int FIRST = 256 << 10;

    private static final int NEXT = 8 << 20;

    private final ObjectStore store;
    private final ObjectStore.Stored stored;
    private byte[] range = {};
    private int at;
    private long read;

    StoredInput(ObjectStore store, ObjectStore.Stored stored) {
        this.store = store;
        this.stored = stored;
    }

    @Override
    public int read() throws IOException {
        return fill() ? range[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        final int count = Math.min(length, range.length - at);
        System.arraycopy(range, at, bytes, offset, count);
        at += count;
        return count;
    }

    private boolean fill() throws IOException {
        if (at == range.length && read < stored.size()) {
            range = store.read(stored, read, (int) Math.min(read == 0 ? FIRST : NEXT, stored.size() - read));
            read += range.length;
            at = 0;
        }
        return at < range.length;
    }

    /** Gzip asks whether another part follows. */
    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, stored.size() - read + range.length - at);
    }
}
