package org.usagestreams.splitter;

import java.io.IOException;
import java.util.Map;
import org.apache.parquet.io.InputFile;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/**
 * Splits one object into row chunks: {@link ReportFile} reads rows, {@link RowBatch} decides which are kept, {@link SliceWriter}
 * writes them. The same object gives the same records.
 *
 * <p>Stateless; safe for use by several threads.
 */
public final class ObjectSplitter {
    private final SplitLimits limits;
    private final String splitting;

    /** Splits within these bounds. */
    public ObjectSplitter(SplitLimits limits) {
        this.limits = limits;
        splitting = limits.splitting();
    }

    /** The sink did not take a record; the cause is what it threw. */
    static final class SinkException extends IOException {
        private static final long serialVersionUID = 1L;

        SinkException(Exception cause) {
            super(cause.getMessage(), cause);
        }

        /** Throws what the sink threw. */
        IOException unwrap() {
            if (getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            return (IOException) getCause();
        }
    }

    /**
     * Splits an object: chunks as they are made, then an end for each usage date.
     *
     * @param file the object's bytes, all of one version
     * @param version which version that is
     * @param report whose report it is and of which type
     * @param admission which usage dates are taken
     * @throws RejectedObjectException if the object cannot be processed as it is
     * @throws IOException if the object cannot be read now, or the sink cannot take a record
     */
    public SplitResult split(
            InputFile file, ObjectVersion version, ReportKey report, Admission admission, ChunkSink sink)
            throws IOException, RejectedObjectException {
        final ObjectSplit event = new ObjectSplit();
        event.begin();
        final long start = System.nanoTime();
        final SliceWriter writer = new SliceWriter(limits, splitting, version, report, admission, sink);
        try (ReportFile reports = ReportFile.open(file, report.type(), limits, writer::proceed)) {
            final SplitResult result = split(reports, report, writer);
            event.record(version, result, reports.readNanos(), writer.sendNanos(), System.nanoTime() - start);
            return result;
        }
    }

    private static SplitResult split(ReportFile file, ReportKey report, SliceWriter writer)
            throws IOException, RejectedObjectException {
        final Map<DropReason, Long> dropped = RowBatch.noneDropped();
        long rows = 0;
        long unreadableLabels = 0;
        try {
            writer.proceed();
            for (int count = file.next(); count > 0; count = file.next()) {
                final RowBatch batch = new RowBatch(report.type(), file.columns(), count, dropped);
                rows += count;
                writer.write(batch);
                unreadableLabels += batch.unreadableLabels();
                writer.proceed();
            }
            writer.end();
            return new SplitResult(
                    file.rowGroups(),
                    writer.chunks(),
                    rows,
                    dropped,
                    unreadableLabels,
                    writer.dates(),
                    writer.leftOut());
        } catch (RejectedObjectException e) {
            throw e.place() != null || e instanceof BeyondRetentionException
                    ? e
                    : new RejectedObjectException(e.getMessage(), file.place(), e);
        } catch (RuntimeException e) {
            throw new RejectedObjectException("not readable: " + ReadFailures.why(e), file.place(), e);
        }
    }
}
