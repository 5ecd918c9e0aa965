package org.usagestreams.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Unpacks a payload into Parquet files. The archive is read twice: once for the manifest, which may stand last in it, and once for
 * the rows, which a second thread writes. Neither the archive nor a CSV file is ever in memory. The same archive gives the same files, byte for byte.
 *
 * <p>Stateless; safe for use by several threads.
 */
public final class Unpacker {
    private static final int DIGEST_BYTES = 6;

    private final PayloadLimits limits;
    private final BooleanSupplier late;

    /** Unpacks within these bounds. */
    public Unpacker(PayloadLimits limits) {
        this(limits, () -> false);
    }

    /**
     * Unpacks within these bounds.
     *
     * @param late whether the time that a payload may take is over; asked while the archive is read
     */
    public Unpacker(PayloadLimits limits, BooleanSupplier late) {
        this.limits = limits;
        this.late = late;
    }

    /**
     * Reads a payload's manifest.
     *
     * @throws RejectedPayloadException where it has none, or one that is not taken
     * @throws IOException where the archive cannot be read now
     */
    public Manifest manifest(Path archive) throws IOException {
        try (InputStream in = Files.newInputStream(archive)) {
            return manifest(manifestJson(in, Files.size(archive)));
        }
    }

    /**
     * Reads a manifest.
     *
     * @param json as {@link #manifestJson} returned it
     * @throws RejectedPayloadException where it is none that is taken
     */
    public Manifest manifest(byte[] json) throws RejectedPayloadException {
        return ManifestReader.read(json, limits.members());
    }

    /**
     * Finds a payload's manifest, and reads no more of the payload than it has to.
     *
     * @param archive the payload, which is read as far as the manifest; it is closed
     * @param size of the payload in bytes
     * @return the manifest, of bounded size
     * @throws RejectedPayloadException where it has none, or one that is too large
     * @throws IOException what the archive throws
     */
    public byte[] manifestJson(InputStream archive, long size) throws IOException {
        try (PayloadArchive members = PayloadArchive.open(archive, size, limits, late)) {
            for (String name = members.next(); name != null; name = members.next()) {
                if (name.equals(ManifestReader.NAME)) {
                    final byte[] json = members.content(limits.manifestBytes());
                    if (json == null) {
                        throw new RejectedPayloadException(
                                RejectionReason.MANIFEST_TOO_LARGE,
                                name,
                                "it has more than " + limits.manifestBytes() + " bytes");
                    }
                    return json;
                }
            }
        }
        throw new RejectedPayloadException(
                RejectionReason.NO_MANIFEST, null, "there is no " + ManifestReader.NAME + " in the archive's root");
    }

    /**
     * Unpacks a payload.
     *
     * @param archive the payload as it was sent
     * @param folder where the files go; they are the caller's to delete. It has no files of a payload. Where this throws, there are
     *     none
     * @param earliest rows of earlier usage dates are left out
     * @throws RejectedPayloadException where the payload is not taken, whatever is wrong with it
     * @throws IOException where the archive cannot be read or the files not be written now
     */
    public UnpackedPayload unpack(Path archive, Path folder, LocalDate earliest) throws IOException {
        return unpack(archive, manifest(archive), folder, earliest);
    }

    /**
     * Unpacks a payload whose manifest was read before: see {@link #unpack(Path, Path, LocalDate)}.
     *
     * @param manifest that of this payload
     * @throws RejectedPayloadException where the payload is not taken, whatever is wrong with it
     * @throws IOException where the archive cannot be read or the files not be written now
     */
    public UnpackedPayload unpack(Path archive, Manifest manifest, Path folder, LocalDate earliest) throws IOException {
        try (DayFiles files = new DayFiles(folder, limits, earliest)) {
            try (RowWriter writer = new RowWriter(files)) {
                return unpack(archive, manifest, files, writer);
            } catch (IOException | RuntimeException e) {
                try {
                    files.delete();
                } catch (IOException suppressed) {
                    e.addSuppressed(suppressed);
                }
                throw e;
            }
        }
    }

    private UnpackedPayload unpack(Path archive, Manifest manifest, DayFiles files, RowWriter writer)
            throws IOException {
        final SortedSet<String> read = new TreeSet<>();
        final Set<String> missing = new LinkedHashSet<>(manifest.files());
        final List<String> unlisted = new ArrayList<>();
        int optimization = 0;
        int others = 0;
        try (PayloadArchive members = PayloadArchive.open(archive, limits, late)) {
            for (String name = members.next(); name != null; name = members.next()) {
                if (missing.remove(name)) {
                    if (unpack(name, members, writer)) {
                        read.add(name);
                    } else {
                        optimization++;
                    }
                } else if (manifest.optimizationFiles().contains(name)) {
                    optimization++;
                } else if (name.endsWith(".csv")) {
                    unlisted.add(name);
                } else if (!name.equals(ManifestReader.NAME)) {
                    others++;
                }
            }
        }
        checkAny(manifest, read.size() + optimization, unlisted);
        if (files.rows() > 0
                && files.beyondRetention() == files.rows() - files.withoutTime()
                && files.beyondRetention() > 0) {
            throw new RejectedPayloadException(
                    RejectionReason.BEYOND_RETENTION,
                    null,
                    "all of its rows are from days beyond retention (retention.days)");
        }
        return new UnpackedPayload(
                manifest,
                files.end(manifest, manifest.uuid() + "-" + digest(read)),
                read.size(),
                optimization,
                others,
                List.copyOf(unlisted),
                List.copyOf(missing),
                files.rows(),
                files.withoutTime(),
                files.beyondRetention());
    }

    private static void checkAny(Manifest manifest, int found, List<String> unlisted) throws RejectedPayloadException {
        if (found > 0) {
            return;
        }
        if (!manifest.files().isEmpty()) {
            throw new RejectedPayloadException(
                    RejectionReason.FILES_MISSING,
                    null,
                    "none of the " + manifest.files().size() + " files that the manifest names is in the archive");
        }
        if (!unlisted.isEmpty()) {
            throw new RejectedPayloadException(
                    RejectionReason.UNLISTED_FILES,
                    unlisted.get(0),
                    "the archive has " + unlisted.size() + " CSV files, and the manifest names none of them");
        }
    }

    /** False where the file is one for resource optimisation. */
    private boolean unpack(String name, PayloadArchive members, RowWriter writer) throws IOException {
        final CsvFile file = new CsvFile(name, members.content(), limits);
        if (file.isOptimization() || file.isEmpty()) {
            return file.isEmpty();
        }
        try {
            for (RowBuffer rows = file.next(); rows.rows() > 0; rows = file.next()) {
                writer.write(rows);
            }
        } catch (IOException | RuntimeException e) {
            writer.finishAfter(e);
            throw e;
        }
        writer.finish();
        return true;
    }

    /** Tells the payloads of one manifest apart by the files that each has. */
    private static String digest(SortedSet<String> names) {
        try {
            final MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (final String name : names) {
                sha.update(name.getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            return HexFormat.of().formatHex(sha.digest(), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
