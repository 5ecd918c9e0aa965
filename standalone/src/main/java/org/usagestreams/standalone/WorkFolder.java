package org.usagestreams.standalone;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.usagestreams.commandline.Folders;

/** The folder that a run works in, and no other run at the same time. Not thread-safe. */
final class WorkFolder implements AutoCloseable {
    private final Path path;
    private final boolean temporary;
    private FileChannel channel;

    private WorkFolder(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    /**
     * A folder that is there.
     *
     * @param data is made where it is missing, and kept; null for a temporary folder
     */
    static WorkFolder of(Path data) throws IOException {
        return data != null
                ? new WorkFolder(Files.createDirectories(data), false)
                : new WorkFolder(Files.createTempDirectory("usage-streams-"), true);
    }

    Path path() {
        return path;
    }

    /**
     * Keeps other runs out until it is closed.
     *
     * @throws IllegalStateException where one works in it
     */
    void lock() throws IOException {
        channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            held = null;
        }
        if (held == null) {
            throw new IllegalStateException(
                    "Cannot use " + path + ": another run uses it. End it, or choose another --data.");
        }
    }

    /** Lets others in; a temporary folder is deleted. */
    @Override
    public void close() throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            if (temporary) {
                Folders.delete(path);
            }
        }
    }
}
