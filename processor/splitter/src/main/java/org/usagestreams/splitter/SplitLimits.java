package org.usagestreams.splitter;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Bounds of splitting; each is a setting.
 *
 * @param batchRows rows that are decoded at once
 * @param batchBytes bytes of decoded columns that a batch should stay below, as far as the file's own figures tell
 * @param chunkRows rows of a chunk
 * @param chunkBytes bytes of a chunk's columns before compression; a single row may be larger
 * @param labelBytes a longer label text is unreadable
 * @param nameBytes a row with a longer name is dropped
 * @param pageBytes a larger page, uncompressed, rejects the object
 * @param pagesBytes pages and dictionaries of a row group that are held at once, uncompressed
 * @param footerBytes a larger footer rejects the object
 * @param objectValues an object that claims more values in its needed columns is rejected
 * @param rowGroupBytes larger needed columns of one row group, as stored, reject the object
 * @param dates an object with more usage dates is rejected, those beyond retention included
 */
public record SplitLimits(
        int batchRows,
        long batchBytes,
        int chunkRows,
        int chunkBytes,
        int labelBytes,
        int nameBytes,
        int pageBytes,
        long pagesBytes,
        int footerBytes,
        long objectValues,
        long rowGroupBytes,
        int dates) {
    /** The documented defaults. */
    public static final SplitLimits DEFAULTS = new SplitLimits(
            131_072,
            64 << 20,
            10_000,
            512 << 10,
            64 << 10,
            4 << 10,
            64 << 20,
            96 << 20,
            8 << 20,
            2_000_000_000L,
            192 << 20,
            400);

    /**
     * Changes with everything that decides how an object is cut into chunks. It is part of the chunks' keys: raise it with
     * every change of the program after which the same object gives other chunks.
     */
    private static final int PROGRAM = 2;

    private static final int DIGITS = 8;

    /** Names how an object is cut into chunks by this program within these bounds: 8 hex digits. */
    String splitting() {
        final String all = Stream.of(PROGRAM, batchRows, batchBytes, chunkRows, chunkBytes, labelBytes, nameBytes)
                .map(String::valueOf)
                .collect(Collectors.joining("|"));
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
