package org.usagestreams.wire.chunk;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.zip.CRC32;

/**
 * A source's usage date: what is summarised at once, and what is kept together in one partition.
 *
 * @param source the cluster's UUID, in lower case
 * @param date the usage date, UTC
 */
public record DayKey(String source, LocalDate date) {
    /**
     * Reads {@code source|date}.
     *
     * @throws MalformedChunkException where the text is none
     */
    public static DayKey parse(String text) {
        final int bar = text.indexOf('|');
        try {
            return new DayKey(text.substring(0, Math.max(bar, 0)), LocalDate.parse(text.substring(bar + 1)));
        } catch (DateTimeException e) {
            throw new MalformedChunkException("not a source and a date: " + text, e);
        }
    }

    /** The key of the slice's day. */
    public static DayKey of(org.usagestreams.wire.message.Slice slice) {
        return new DayKey(slice.getSource(), LocalDate.ofEpochDay(slice.getUsageDate()));
    }

    /**
     * The partition that all records of this day meet in, on every topic that is partitioned by day: CRC-32 of the
     * text, modulo the number of partitions.
     */
    public int partition(int partitions) {
        final CRC32 crc = new CRC32();
        crc.update(toString().getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % partitions);
    }

    @Override
    public String toString() {
        return source + "|" + date;
    }
}
