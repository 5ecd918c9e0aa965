package org.usagestreams.splitter;

/**
 * Bounds of splitting; each is a setting.
 *
 * @param windowRows rows that are decoded at once
 * @param windowBytes bytes of decoded columns that a window should stay below, as far as the file's own figures tell
 * @param chunkRows rows of a chunk
 * @param chunkBytes bytes of a chunk's columns before compression; a single row may be larger
 * @param labelBytes a longer label text is unreadable
 * @param nameBytes a row with a longer name is dropped
 * @param pageBytes a larger page, uncompressed, rejects the object
 * @param pagesBytes pages and dictionaries of a row group that are held at once, uncompressed
 * @param footerBytes a larger footer rejects the object
 * @param objectValues an object that claims more values in its needed columns is rejected
 * @param rowGroupBytes larger needed columns of one row group, as stored, reject the object
 * @param dates an object with more usage dates is rejected
 */
public record SplitLimits(
        int windowRows,
        long windowBytes,
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
}
