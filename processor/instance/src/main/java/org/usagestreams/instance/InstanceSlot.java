package org.usagestreams.instance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The place that a process has among those of its kind which share a folder: the first that no living process holds. So
 * another one can be started with the same settings, and one that is started again finds the state and the name that it had.
 * The place is free again when the process ends, however it ends.
 */
public final class InstanceSlot implements AutoCloseable {
    private static final int MOST = 1_000;
    private static final String PREFIX = "instance-";

    private final FileChannel channel;
    private final Path directory;
    private final int number;

    private InstanceSlot(FileChannel channel, Path directory, int number) {
        this.channel = channel;
        this.directory = directory;
        this.number = number;
    }

    /**
     * Takes the first free place.
     *
     * @param parent the folder that processes of this kind share; made where it is not there
     * @throws IllegalStateException where the folder cannot be used
     */
    public static InstanceSlot take(Path parent) {
        try {
            for (int number = 0; number < MOST; number++) {
                final Path directory = Files.createDirectories(parent.resolve(PREFIX + number));
                final FileChannel channel = FileChannel.open(
                        directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (lock(channel) != null) {
                    return new InstanceSlot(channel, directory, number);
                }
                channel.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException("Cannot lock an instance slot in " + parent + ": " + e, e);
        }
        throw new IllegalStateException("Cannot find a free slot in " + parent + ": all " + MOST + " are taken");
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // By this very process.
            return null;
        }
    }

    /** The folder of this place alone. */
    public Path directory() {
        return directory;
    }

    /** From 0 on. */
    public int number() {
        return number;
    }

    /**
     * The name of the instance in this place.
     *
     * @param configured what the settings name it; empty where they do not
     * @return that, else the host's name and the number of the place
     */
    public String name(String configured) {
        if (!configured.isEmpty()) {
            return configured;
        }
        try {
            return InetAddress.getLocalHost().getHostName() + "-" + number;
        } catch (UnknownHostException e) {
            return "localhost-" + number;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException("Cannot release " + directory, e);
        }
    }
}
