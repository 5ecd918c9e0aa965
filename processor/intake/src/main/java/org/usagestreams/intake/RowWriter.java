package org.usagestreams.intake;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Writes rows in a thread of its own, while the next ones are read: reading CSV and writing Parquet take about as long. Rows are written
 * in the order in which they come, one buffer at a time. Its methods belong to one thread.
 */
final class RowWriter implements AutoCloseable {
    private final DayFiles files;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        final Thread writer = new Thread(work, "unpack-writer");
        writer.setDaemon(true);
        return writer;
    });
    private Future<?> pending;

    RowWriter(DayFiles files) {
        this.files = files;
    }

    /**
     * Begins to write rows, once those before are written.
     *
     * @param rows must not change before the next call returns
     * @throws IOException why those before could not be written
     */
    void write(RowBuffer rows) throws IOException {
        finish();
        pending = thread.submit(() -> {
            files.write(rows);
            return null;
        });
    }

    /**
     * Waits until all rows are written.
     *
     * @throws IOException why they could not be
     */
    void finish() throws IOException {
        final Future<?> last = pending;
        pending = null;
        if (last == null) {
            return;
        }
        try {
            last.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while rows were written");
        }
    }

    /**
     * Reading failed. Where rows from before the failure cannot be written either, that is what is wrong with the payload first.
     *
     * @throws IOException why they could not be written
     */
    void finishAfter(Exception failure) throws IOException {
        try {
            finish();
        } catch (IOException | RuntimeException earlier) {
            earlier.addSuppressed(failure);
            throw earlier;
        }
    }

    /** Ends the thread, after what it is at: a row group at most. */
    @Override
    public void close() {
        thread.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                // Its files are about to be deleted.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
