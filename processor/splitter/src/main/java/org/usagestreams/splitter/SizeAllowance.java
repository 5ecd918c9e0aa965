package org.usagestreams.splitter;

/**
 * How much an object may have of something, by its size: {@code base + perByte * size}. Honest files need the base where they
 * are small and nearly constant; the part by size keeps the work in proportion to what somebody had to upload.
 *
 * @param base what every object may have
 * @param perByte what it may have more for each stored byte
 */
public record SizeAllowance(long base, long perByte) {
    /** The allowance of an object of so many bytes. */
    long of(long size) {
        final long bySize = size > Long.MAX_VALUE / Math.max(1, perByte) ? Long.MAX_VALUE : size * perByte;
        return bySize > Long.MAX_VALUE - base ? Long.MAX_VALUE : base + bySize;
    }
}
