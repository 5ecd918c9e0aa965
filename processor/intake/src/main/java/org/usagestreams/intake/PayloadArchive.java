package org.usagestreams.intake;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The files of an archive, one after the other, each read as a stream. Nothing is retained but their names. Not thread-safe.
 *
 * <p>Whatever is wrong with the archive leaves as {@link RejectedPayloadException}; any other {@link IOException} means that it
 * could not be read.
 */
final class PayloadArchive implements Closeable {
    private static final int BUFFER = 64 << 10;

    private final PayloadLimits limits;
    private final InputStream file;
    private final Set<String> names = new HashSet<>();
    private MeteredInput contents;
    private TarArchiveInputStream tar;
    private int members;

    private PayloadArchive(InputStream file, PayloadLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    /**
     * Opens an archive.
     *
     * @param late whether the time for it is over
     * @throws RejectedPayloadException where it is none
     */
    static PayloadArchive open(Path path, PayloadLimits limits, BooleanSupplier late) throws IOException {
        return open(Files.newInputStream(path), Files.size(path), limits, late);
    }

    /**
     * Opens an archive.
     *
     * @param in what it throws is no fault of the archive; closed with this
     * @param size of the archive in bytes
     * @param late whether the time for it is over
     * @throws RejectedPayloadException where it is none
     */
    static PayloadArchive open(InputStream in, long size, PayloadLimits limits, BooleanSupplier late)
            throws IOException {
        final PayloadArchive archive = new PayloadArchive(new LocalInput(in), limits);
        try {
            archive.contents = new MeteredInput(new GZIPInputStream(archive.file, BUFFER), limits, size, late);
            archive.tar = new TarArchiveInputStream(archive.contents, "UTF-8");
            return archive;
        } catch (IOException | RuntimeException e) {
            try (archive) {
                throw ArchiveFaults.of(e, null);
            }
        }
    }

    /**
     * The next file's name, checked, without {@code ./}; null after the last one, when the archive is read to its end.
     *
     * @throws RejectedPayloadException where what follows is not taken
     */
    String next() throws IOException {
        try {
            while (true) {
                final TarArchiveEntry entry = nextEntry();
                if (entry == null) {
                    contents.transferTo(OutputStream.nullOutputStream());
                    return null;
                }
                if (++members > limits.members()) {
                    throw new RejectedPayloadException(
                            RejectionReason.TOO_MANY_MEMBERS,
                            null,
                            "the archive has more than " + limits.members() + " members");
                }
                final String name = MemberNames.checked(entry.getName());
                checkKind(entry, name);
                if (entry.isDirectory()) {
                    continue;
                }
                if (!names.add(name)) {
                    throw new RejectedPayloadException(
                            RejectionReason.DUPLICATE_MEMBER, name, "the archive has two files of this name");
                }
                return name;
            }
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw ArchiveFaults.of(e, null);
        }
    }

    private TarArchiveEntry nextEntry() throws IOException {
        if (tar.getCurrentEntry() != null) {
            // What is left of the last file is no header.
            tar.transferTo(OutputStream.nullOutputStream());
        }
        contents.beginHeaders();
        final TarArchiveEntry entry = tar.getNextEntry();
        contents.endHeaders();
        return entry;
    }

    private static void checkKind(TarArchiveEntry entry, String name) throws RejectedPayloadException {
        final boolean plain = entry.isDirectory()
                || entry.getLinkFlag() == TarConstants.LF_NORMAL
                || entry.getLinkFlag() == TarConstants.LF_OLDNORM
                || entry.getLinkFlag() == TarConstants.LF_CONTIG;
        if (!plain || entry.isSparse() || entry.isLink() || entry.isSymbolicLink()) {
            throw new RejectedPayloadException(
                    RejectionReason.UNSAFE_MEMBER,
                    MemberNames.quoted(name),
                    "only files and folders are allowed; this is a "
                            + (entry.isSymbolicLink() || entry.isLink()
                                    ? "link"
                                    : entry.isSparse()
                                            ? "sparse file"
                                            : "member of type " + (int) entry.getLinkFlag()));
        }
    }

    /** The contents of the file that {@link #next} named. Its failures are to be passed to {@link ArchiveFaults}. */
    InputStream content() {
        return tar;
    }

    /**
     * The contents of the file that {@link #next} named, wholly.
     *
     * @return null where it is longer than that
     */
    byte[] content(int most) throws IOException {
        try {
            final byte[] bytes = tar.readNBytes(most + 1);
            return bytes.length > most ? null : bytes;
        } catch (IOException | RuntimeException e) {
            throw ArchiveFaults.of(e, null);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
