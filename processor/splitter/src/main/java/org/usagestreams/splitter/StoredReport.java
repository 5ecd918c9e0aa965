package org.usagestreams.splitter;

import java.io.IOException;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** Reads a report from the store as a splitter does, for other readers. Thread-safe. */
public final class StoredReport {
    private static final int READ_AHEAD = 1 << 20;

    private final ObjectStore store;
    private final ObjectSplitter splitter;

    /** Reads within the bounds of splitting. */
    public StoredReport(ObjectStore store, SplitLimits limits) {
        this.store = store;
        splitter = new ObjectSplitter(limits);
    }

    /**
     * Reads one.
     *
     * @param stored which version
     * @param chunks takes its line items
     * @throws RejectedObjectException if it cannot be read as it is
     * @throws IOException if it cannot be read now, is no longer this version, or {@code chunks} ends the work
     */
    public SplitResult read(ObjectStore.Stored stored, ReportKey report, ChunkSink chunks)
            throws IOException, RejectedObjectException {
        final ObjectVersion version = ObjectVersion.newBuilder()
                .setBucket(stored.bucket())
                .setKey(stored.key())
                .setEtag(stored.etag())
                .setVersionId(stored.versionId())
                .build();
        return splitter.split(
                new RangedInputFile(stored.size(), READ_AHEAD, (offset, length) -> store.read(stored, offset, length)),
                version,
                report,
                Admission.ALL,
                chunks);
    }
}
