package org.usagestreams.summarizer.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.message.Split;
import org.usagestreams.wire.message.Unpacked;

/**
 * Entries as the sink's converter reads them: JSON whose fields are the columns of {@code upload_ledger}. Times are ISO 8601,
 * {@code rows_dropped}, {@code usage_dates} and {@code objects} JSON as text. The same entry gives the same bytes.
 */
public final class LedgerJson {
    /** Most characters of a reason. */
    private static final int REASON = 2_000;

    /** The year 9999: a record's time may be anything. */
    private static final long LATEST = 253_402_300_799_000L;

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private LedgerJson() {}

    /** The columns of the table's primary key. */
    private record Key(String bucket, String objectKey, String etag, String versionId) {
        static Key of(ObjectVersion version) {
            return new Key(
                    clean(version.getBucket()),
                    clean(version.getKey()),
                    clean(version.getEtag()),
                    clean(version.getVersionId()));
        }
    }

    /** The table's columns, in the order in which they are written; null for none. */
    private record Columns(
            String bucket,
            String objectKey,
            String etag,
            String versionId,
            String state,
            String reason,
            String failedStep,
            String deadLetter,
            String organisation,
            String sourceUuid,
            String reportType,
            String manifestId,
            Long reportHours,
            long sizeBytes,
            Integer rowGroups,
            Integer chunks,
            Long rowsRead,
            String rowsDropped,
            Long unreadableLabels,
            String usageDates,
            String objects,
            String uploadedAt,
            String eventAt,
            String notifiedAt,
            String splitAt,
            String countedAt,
            String loadedAt,
            String removedAt,
            String sequencer,
            long revision) {
        static Columns of(LedgerEntry entry) {
            final ObjectVersion version = entry.getVersion();
            final Key key = Key.of(version);
            final Failed failure = EntryStates.failure(entry).orElse(Failed.getDefaultInstance());
            final Split split = entry.hasSplit() ? entry.getSplit() : null;
            final Unpacked unpacked = entry.hasUnpacked() ? entry.getUnpacked() : null;
            return new Columns(
                    key.bucket(),
                    key.objectKey(),
                    key.etag(),
                    key.versionId(),
                    text(entry.getState()),
                    text(entry.getReason()),
                    text(failure.getStep()),
                    text(failure.getDeadLetter()),
                    text(entry.getOrganisation()),
                    text(entry.getSource()),
                    entry.getReport() == ReportType.REPORT_TYPE_UNSPECIFIED
                            ? null
                            : entry.getReport().name(),
                    text(version.getManifestId()),
                    version.hasReportHours() && version.getReportHours() >= 0 ? version.getReportHours() : null,
                    version.getSize(),
                    split == null ? null : split.getRowGroups(),
                    split == null ? null : split.getChunks(),
                    unpacked != null ? (Long) unpacked.getRows() : split == null ? null : (Long) split.getRows(),
                    unpacked != null
                            ? dropped(unpacked.getDroppedMap())
                            : split == null ? null : dropped(split.getDroppedMap()),
                    split == null ? null : split.getUnreadableLabels(),
                    split == null ? null : dates(split),
                    unpacked == null ? null : keys(unpacked),
                    time(version.getUploadedMillis()),
                    time(version.getEventTimeMillis()),
                    time(entry.getNotifiedMillis()),
                    time(entry.getSplitMillis()),
                    time(entry.getCountedMillis()),
                    time(entry.getLoadedMillis()),
                    time(entry.getRemovedMillis()),
                    clean(version.getSequencer()),
                    entry.getRevision());
        }
    }

    /** The key of an entry's record. */
    public static byte[] key(ObjectVersion version) {
        try {
            return JSON.writeValueAsBytes(Key.of(version));
        } catch (JsonProcessingException e) {
            throw unwritable(e);
        }
    }

    /** The value of an entry's record. */
    public static byte[] value(LedgerEntry entry) {
        try {
            return JSON.writeValueAsBytes(Columns.of(entry));
        } catch (JsonProcessingException e) {
            throw unwritable(e);
        }
    }

    /** Line items that were left out, by reason. */
    private static String dropped(Map<String, Long> dropped) {
        return json(new TreeMap<>(dropped));
    }

    private static String keys(Unpacked unpacked) {
        return json(unpacked.getObjectsList().stream()
                .map(object -> Map.of("key", object.getKey(), "etag", object.getEtag()))
                .map(TreeMap::new)
                .toList());
    }

    private static String dates(Split split) {
        final TreeSet<Integer> all = new TreeSet<>(split.getDatesList());
        all.addAll(split.getLeftOutList());
        return json(
                all.stream().map(date -> LocalDate.ofEpochDay(date).toString()).toList());
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw unwritable(e);
        }
    }

    private static IllegalStateException unwritable(JsonProcessingException e) {
        return new IllegalStateException("Cannot write a ledger entry as JSON: " + e.getOriginalMessage(), e);
    }

    private static String text(String value) {
        return value.isEmpty() ? null : clean(cut(value));
    }

    private static String cut(String text) {
        if (text.length() <= REASON) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(REASON - 1)) ? REASON - 1 : REASON);
    }

    /** PostgreSQL has no NUL in texts. */
    private static String clean(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private static String time(long millis) {
        return millis <= 0 || millis > LATEST
                ? null
                : Instant.ofEpochMilli(millis).toString();
    }
}
