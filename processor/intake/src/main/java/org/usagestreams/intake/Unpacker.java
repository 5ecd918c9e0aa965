package org.usagestreams.intake;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Unpacks a payload into Parquet files. The archive is read twice: once for the manifest, which may stand last in it, and once for
 * the rows. Neither the archive nor a CSV file is ever in memory. The same archive gives the same files, byte for byte.
 *
 * <p>Stateless; safe for use by several threads.
 */
public final class Unpacker {
    private static final int DIGEST_BYTES = 6;

    private final PayloadLimits limits;

    /** Unpacks within these bounds. */
    public Unpacker(PayloadLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a payload's manifest.
     *
     * @throws RejectedPayloadException where it has none, or one that is not taken
     * @throws IOException where the archive cannot be read now
     */
    public Manifest manifest(Path archive) throws IOException {
        try (PayloadArchive members = PayloadArchive.open(archive, limits)) {
            for (String name = members.next(); name != null; name = members.next()) {
                if (name.equals(ManifestReader.NAME)) {
                    final byte[] json = members.content(limits.manifestBytes());
                    if (json == null) {
                        throw new RejectedPayloadException(
                                RejectionReason.MANIFEST_TOO_LARGE,
                                name,
                                "it has more than " + limits.manifestBytes() + " bytes");
                    }
                    return ManifestReader.read(json, limits.members());
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
        final Manifest manifest = manifest(archive);
        try (DayFiles files = new DayFiles(folder, limits, earliest)) {
            try {
                return unpack(archive, manifest, files);
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

    private UnpackedPayload unpack(Path archive, Manifest manifest, DayFiles files) throws IOException {
        final SortedSet<String> read = new TreeSet<>();
        int optimization = 0;
        int others = 0;
        try (PayloadArchive members = PayloadArchive.open(archive, limits)) {
            for (String name = members.next(); name != null; name = members.next()) {
                if (manifest.files().contains(name)) {
                    if (unpack(name, members, files)) {
                        read.add(name);
                    } else {
                        optimization++;
                    }
                } else if (manifest.optimizationFiles().contains(name)) {
                    optimization++;
                } else if (name.endsWith(".csv")) {
                    throw new RejectedPayloadException(
                            RejectionReason.UNLISTED_FILE, name, "the file is in the archive, but not in the manifest");
                } else if (!name.equals(ManifestReader.NAME)) {
                    others++;
                }
            }
        }
        checkAny(manifest, read.size() + optimization);
        if (files.rows() > 0
                && files.beyondRetention() == files.rows() - files.withoutTime()
                && files.beyondRetention() > 0) {
            throw new RejectedPayloadException(
                    RejectionReason.BEYOND_RETENTION,
                    null,
                    "all of its rows are of days beyond retention (retention.days)");
        }
        return new UnpackedPayload(
                manifest,
                files.end(manifest, manifest.uuid() + "-" + digest(read)),
                read.size(),
                optimization,
                others,
                files.rows(),
                files.withoutTime(),
                files.beyondRetention());
    }

    private static void checkAny(Manifest manifest, int found) throws RejectedPayloadException {
        if (found == 0 && !manifest.files().isEmpty()) {
            throw new RejectedPayloadException(
                    RejectionReason.FILES_MISSING,
                    null,
                    "none of the " + manifest.files().size() + " files that the manifest names is in the archive");
        }
    }

    /** False where the file is one for resource optimisation. */
    private boolean unpack(String name, PayloadArchive members, DayFiles files) throws IOException {
        final CsvFile file = new CsvFile(name, members.content(), limits);
        final Optional<PayloadReport> report = file.report();
        if (report.isEmpty()) {
            return false;
        }
        for (RowBuffer rows = file.next(); rows.rows() > 0; rows = file.next()) {
            files.write(rows);
        }
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
