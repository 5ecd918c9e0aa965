package org.usagestreams.summarizer.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ReportType;

/**
 * Entries as the sink's converter reads them: JSON whose fields are the columns of {@code upload_ledger}. Times are ISO 8601,
 * {@code rows_dropped} and {@code usage_dates} JSON as text. The same entry gives the same bytes.
 */
public final class LedgerJson {
    /** Most characters of a reason. */
    private static final int REASON = 2_000;

    /** The year 9999: a record's time may be anything. */
    private static final long LATEST = 253_402_300_799_000L;

    private static final JsonFactory JSON = new JsonFactory();

    private LedgerJson() {}

    private interface Fields {
        void write(JsonGenerator out) throws IOException;
    }

    /** The key of an entry's record. */
    public static byte[] key(ObjectVersion version) {
        return object(out -> identity(out, version));
    }

    /** The value of an entry's record. */
    public static byte[] value(LedgerEntry entry) {
        final ObjectVersion version = entry.getVersion();
        return object(out -> {
            identity(out, version);
            text(out, "state", entry.getState());
            text(out, "reason", entry.getReason());
            final Failed failure = ObjectEntries.failure(entry).orElse(Failed.getDefaultInstance());
            text(out, "failed_step", failure.getStep());
            text(out, "dead_letter", failure.getDeadLetter());
            text(out, "organisation", entry.getOrganisation());
            text(out, "source_uuid", entry.getSource());
            text(
                    out,
                    "report_type",
                    entry.getReport() == ReportType.REPORT_TYPE_UNSPECIFIED
                            ? ""
                            : entry.getReport().name());
            text(out, "manifest_id", version.getManifestId());
            if (version.hasReportHours() && version.getReportHours() >= 0) {
                out.writeNumberField("report_hours", version.getReportHours());
            } else {
                out.writeNullField("report_hours");
            }
            out.writeNumberField("size_bytes", version.getSize());
            split(out, entry);
            time(out, "uploaded_at", version.getUploadedMillis());
            time(out, "event_at", version.getEventTimeMillis());
            time(out, "notified_at", entry.getNotifiedMillis());
            time(out, "split_at", entry.getSplitMillis());
            time(out, "counted_at", entry.getCountedMillis());
            time(out, "loaded_at", entry.getLoadedMillis());
            time(out, "removed_at", entry.getRemovedMillis());
            out.writeStringField("sequencer", clean(version.getSequencer()));
            out.writeNumberField("revision", entry.getRevision());
        });
    }

    private static void split(JsonGenerator out, LedgerEntry entry) throws IOException {
        if (!entry.hasSplit()) {
            for (final String column : new String[] {
                "row_groups", "chunks", "rows_read", "rows_dropped", "unreadable_labels", "usage_dates"
            }) {
                out.writeNullField(column);
            }
            return;
        }
        out.writeNumberField("row_groups", entry.getSplit().getRowGroups());
        out.writeNumberField("chunks", entry.getSplit().getChunks());
        out.writeNumberField("rows_read", entry.getSplit().getRows());
        final StringWriter dropped = new StringWriter();
        try (JsonGenerator inner = JSON.createGenerator(dropped)) {
            inner.writeStartObject();
            for (final var reason : new TreeMap<>(entry.getSplit().getDroppedMap()).entrySet()) {
                inner.writeNumberField(reason.getKey(), reason.getValue());
            }
            inner.writeEndObject();
        }
        out.writeStringField("rows_dropped", dropped.toString());
        out.writeNumberField("unreadable_labels", entry.getSplit().getUnreadableLabels());
        final StringWriter dates = new StringWriter();
        try (JsonGenerator inner = JSON.createGenerator(dates)) {
            inner.writeStartArray();
            final TreeSet<Integer> all = new TreeSet<>(entry.getSplit().getDatesList());
            all.addAll(entry.getSplit().getLeftOutList());
            for (final int date : all) {
                inner.writeString(LocalDate.ofEpochDay(date).toString());
            }
            inner.writeEndArray();
        }
        out.writeStringField("usage_dates", dates.toString());
    }

    private static void identity(JsonGenerator out, ObjectVersion version) throws IOException {
        out.writeStringField("bucket", clean(version.getBucket()));
        out.writeStringField("object_key", clean(version.getKey()));
        out.writeStringField("etag", clean(version.getEtag()));
        out.writeStringField("version_id", clean(version.getVersionId()));
    }

    private static byte[] object(Fields fields) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    private static void text(JsonGenerator out, String name, String value) throws IOException {
        if (value.isEmpty()) {
            out.writeNullField(name);
        } else {
            out.writeStringField(name, clean(cut(value)));
        }
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

    private static void time(JsonGenerator out, String name, long millis) throws IOException {
        if (millis <= 0 || millis > LATEST) {
            out.writeNullField(name);
        } else {
            out.writeStringField(name, Instant.ofEpochMilli(millis).toString());
        }
    }
}
