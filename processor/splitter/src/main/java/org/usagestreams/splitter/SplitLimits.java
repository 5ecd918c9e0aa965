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
 * @param batchBytes bytes that the decoded rows of a batch retain: half for what each row has, half for its texts
 * @param chunkRows rows of a chunk
 * @param chunkBytes bytes of a chunk's columns before compression; a single row may be larger
 * @param labelBytes a longer label text is unreadable
 * @param nameBytes a row with a longer name is dropped
 * @param pageBytes a larger page, uncompressed, rejects the object
 * @param memoryBytes bytes that reading an object may retain, its stored row group left out
 * @param footerBytes a larger footer rejects the object
 * @param objectValues an object that claims more values in its needed columns is rejected
 * @param rowGroupBytes larger needed columns of one row group, as stored, reject the object
 * @param dates an object with more usage dates is rejected, those beyond retention included
 * @param values values that an object of a size may have, at most {@code objectValues}; one with more is rejected
 * @param text bytes of text that an object of a size may decode to; one with more is rejected
 * @param laneValues values of an object that the lane reads; one with more is handed on
 * @param laneTextBytes bytes of text of an object that the lane decodes; one with more is handed on
 */
public record SplitLimits(
        int batchRows,
        long batchBytes,
        int chunkRows,
        int chunkBytes,
        int labelBytes,
        int nameBytes,
        int pageBytes,
        long memoryBytes,
        int footerBytes,
        long objectValues,
        long rowGroupBytes,
        int dates,
        SizeAllowance values,
        SizeAllowance text,
        long laneValues,
        long laneTextBytes) {
    /** The documented defaults. */
    public static final SplitLimits DEFAULTS = new SplitLimits(
            131_072,
            48 << 20,
            10_000,
            512 << 10,
            64 << 10,
            4 << 10,
            64 << 20,
            144 << 20,
            8 << 20,
            2_000_000_000L,
            192 << 20,
            400,
            new SizeAllowance(20_000_000, 50),
            new SizeAllowance(128 << 20, 256),
            Long.MAX_VALUE,
            Long.MAX_VALUE);

    /** These, for the first lane. How an object is cut into chunks does not depend on it. */
    SplitLimits ofFirstLane(SecondLane second) {
        return new SplitLimits(
                batchRows,
                batchBytes,
                chunkRows,
                chunkBytes,
                labelBytes,
                nameBytes,
                pageBytes,
                Math.min(memoryBytes, second.fromMemoryBytes()),
                footerBytes,
                objectValues,
                rowGroupBytes,
                dates,
                values,
                text,
                second.fromValues(),
                second.fromTextBytes());
    }

    /** These, with other batches. */
    public SplitLimits withBatches(int rows, long bytes) {
        return with(rows, bytes, chunkRows, chunkBytes, dates);
    }

    /** These, with other chunks. */
    public SplitLimits withChunks(int rows, int bytes) {
        return with(batchRows, batchBytes, rows, bytes, dates);
    }

    /** These, with another number of dates. */
    public SplitLimits withDates(int most) {
        return with(batchRows, batchBytes, chunkRows, chunkBytes, most);
    }

    private SplitLimits with(int ofBatch, long bytesOfBatch, int ofChunk, int bytesOfChunk, int mostDates) {
        return new SplitLimits(
                ofBatch,
                bytesOfBatch,
                ofChunk,
                bytesOfChunk,
                labelBytes,
                nameBytes,
                pageBytes,
                memoryBytes,
                footerBytes,
                objectValues,
                rowGroupBytes,
                mostDates,
                values,
                text,
                laneValues,
                laneTextBytes);
    }

    /**
     * Changes with everything that decides how an object is cut into chunks. It is part of the chunks' keys: raise it with
     * every change of the program after which the same object gives other chunks.
     */
    private static final int PROGRAM = 3;

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
