package org.usagestreams.splitter;

/**
 * A limit that depends on the object's size: {@code base + perByte * size}. Small, nearly constant honest files need the base; the part by
 * size keeps the work proportional to the upload.
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
