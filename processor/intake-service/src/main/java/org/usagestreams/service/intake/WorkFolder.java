package org.usagestreams.service.intake;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread's folder for the payload at hand. It is emptied before each: a killed process leaves its files behind. */
record WorkFolder(Path path) {
    private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);

    /** The archive of the payload at hand. */
    Path archive() {
        return path.resolve("payload.tar.gz");
    }

    /** Where the Parquet files of the payload at hand go. */
    Path objects() {
        return path.resolve("objects");
    }

    /**
     * Makes it, and deletes what is in it.
     *
     * @throws IOException where the disk does not let it
     */
    void clear() throws IOException {
        empty(Files.createDirectories(objects()));
        Files.deleteIfExists(archive());
    }

    /** Deletes what is in it, as far as the disk lets it; what is left is deleted before the next payload. */
    void clearQuietly() {
        try {
            clear();
        } catch (IOException e) {
            LOG.warn("Cannot delete the files of a payload in {}: {}", path, e.toString());
        }
    }

    private static void empty(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (final Path file : files) {
                Files.delete(file);
            }
        }
    }
}
