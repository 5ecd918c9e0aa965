package org.usagestreams.summarizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.usagestreams.rules.CompleteHours;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.message.SliceEnd;

/** How far a day is, as the sink's converter reads it: JSON whose fields are the columns of {@code summary_status}. */
final class SummaryStatus {
    private static final JsonFactory JSON = new JsonFactory();

    private SummaryStatus() {}

    /** The key of a day's record. */
    static byte[] key(DayKey day) {
        return ("{\"organisation\":\"" + RowJson.quoted(day.organisation()) + "\",\"source_uuid\":\"" + day.source()
                        + "\",\"usage_date\":" + day.date().toEpochDay() + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The value of a day's record. */
    static byte[] value(DayKey day, PublishedDay published, List<SliceEnd> live) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeNumberField("revision", published.getRevision());
            out.writeNumberField("row_count", published.getRows() - published.getRowsSetAside());
            out.writeNumberField("rows_set_aside", published.getRowsSetAside());
            out.writeNumberField("live_objects", published.getSlicesCounted());
            if (published.getChangedMillis() == 0) {
                out.writeNullField("changed_at");
            } else {
                out.writeStringField(
                        "changed_at",
                        Instant.ofEpochMilli(published.getChangedMillis()).toString());
            }
            for (final ReportType type : ReportType.values()) {
                final OptionalInt hours = CompleteHours.of(live, type, day.date());
                final String column = type.name().toLowerCase(Locale.ROOT) + "_complete_hours";
                if (hours.isPresent()) {
                    out.writeNumberField(column, hours.getAsInt());
                } else {
                    out.writeNullField(column);
                }
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }
}
