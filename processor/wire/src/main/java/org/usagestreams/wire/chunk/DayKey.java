package org.usagestreams.wire.chunk;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.zip.CRC32;

/**
 * An organisation's source's usage date: what is summarised at once, and what is kept together in one partition.
 *
 * @param organisation as object keys name it, without a bar; empty where they name none
 * @param source the cluster's UUID, in lower case
 * @param date the usage date, UTC
 */
public record DayKey(String organisation, String source, LocalDate date) {
    /**
     * Reads {@code organisation|source|date}.
     *
     * @throws MalformedChunkException where the text is none
     */
    public static DayKey parse(String text) {
        final int source = text.indexOf('|') + 1;
        final int date = text.indexOf('|', source) + 1;
        if (source == 0 || date == 0) {
            throw new MalformedChunkException("not an organisation, a source and a date: " + text);
        }
        try {
            return new DayKey(
                    text.substring(0, source - 1),
                    text.substring(source, date - 1),
                    LocalDate.parse(text.substring(date)));
        } catch (DateTimeException e) {
            throw new MalformedChunkException("not an organisation, a source and a date: " + text, e);
        }
    }

    /**
     * Reads the day that a longer text begins with, which goes on after a bar.
     *
     * @throws MalformedChunkException where it begins with none
     */
    public static DayKey parsePrefix(String text) {
        final int source = text.indexOf('|') + 1;
        final int date = text.indexOf('|', source) + 1;
        final int end = text.indexOf('|', date);
        return parse(end < 0 ? text : text.substring(0, end));
    }

    /** The key of the slice's day. */
    public static DayKey of(org.usagestreams.wire.message.Slice slice) {
        return new DayKey(slice.getOrganisation(), slice.getSource(), LocalDate.ofEpochDay(slice.getUsageDate()));
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
        return organisation + "|" + source + "|" + date;
    }
}
