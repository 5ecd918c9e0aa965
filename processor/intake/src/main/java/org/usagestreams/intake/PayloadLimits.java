package org.usagestreams.intake;

/**
 * Bounds of unpacking.
 *
 * @param members most members of an archive, folders included
 * @param unpackedBytes most bytes of an archive's contents
 * @param ratio most bytes of contents for each byte of the archive
 * @param ratioFreeBytes contents up to this size may have any ratio: small files of equal rows compress well
 * @param manifestBytes most bytes of a manifest
 * @param columns most columns of a CSV file
 * @param lineBytes most bytes of a CSV file's line, a line break inside quotes included
 * @param dates most usage dates of a payload
 * @param memoryBytes most bytes of rows that wait in memory to be written; row groups get smaller where they reach it
 * @param outputBytes most bytes of Parquet that a payload becomes on disk
 * @param rowGroupRows most rows of a row group
 */
public record PayloadLimits(
        int members,
        long unpackedBytes,
        int ratio,
        long ratioFreeBytes,
        int manifestBytes,
        int columns,
        int lineBytes,
        int dates,
        long memoryBytes,
        long outputBytes,
        int rowGroupRows) {
    /** The documented defaults: with them, any payload is unpacked in a heap of 256 MB. */
    public static final PayloadLimits DEFAULTS =
            new PayloadLimits(10_000, 8L << 30, 200, 64 << 20, 1 << 20, 256, 1 << 20, 70, 32 << 20, 4L << 30, 122_880);

    /** The bytes that the contents of an archive may have. */
    long contents(long archiveBytes) {
        return Math.min(unpackedBytes, Math.max(ratioFreeBytes, ratio * archiveBytes));
    }
}
