package org.usagestreams.summarizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.usagestreams.rules.Amount;
import org.usagestreams.rules.Labels;
import org.usagestreams.rules.SummaryRow;
import org.usagestreams.wire.label.LabelText;

/**
 * Rows as the sink's converter reads them: JSON whose fields are the table's columns, according to the schemas in {@code connectors/}.
 * Dates are days since 1970; amounts are numbers with all the decimals that the column has; labels are JSON as text. The same row gives the
 * same bytes.
 */
public final class RowJson {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private static final SerializableString[] AMOUNTS = new SerializableString[Amount.COUNT];

    static {
        for (int i = 0; i < AMOUNTS.length; i++) {
            AMOUNTS[i] = new SerializedString(Amount.at(i).column());
        }
    }

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
    private Labels lastLabels;
    private String lastText;

    /** The value of a row's record. */
    public byte[] value(SummaryRow row) {
        bytes.reset();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("uuid", row.uuid().toString());
            integer(out, "report_period_id", row.reportPeriodId());
            text(out, "cluster_id", row.cluster().id());
            text(out, "cluster_alias", row.cluster().alias());
            text(out, "data_source", row.kind().dataSource());
            out.writeNumberField("usage_start", (int) row.day().date().toEpochDay());
            out.writeNumberField("usage_end", (int) row.day().date().toEpochDay());
            text(out, "namespace", row.namespace());
            text(out, "node", row.node());
            text(out, "resource_id", row.resourceId());
            text(out, "pod_labels", json(row.podLabels()));
            text(out, "volume_labels", json(row.volumeLabels()));
            text(out, "all_labels", json(row.allLabels()));
            text(out, "persistentvolumeclaim", row.claim());
            text(out, "persistentvolume", row.volume());
            text(out, "storageclass", row.storageClass());
            for (int i = 0; i < Amount.COUNT; i++) {
                final double amount = row.amounts()[i];
                out.writeFieldName(AMOUNTS[i]);
                if (Double.isNaN(amount)) {
                    out.writeNull();
                } else {
                    out.writeNumber(Amount.toDecimal(amount));
                }
            }
            text(out, "source_uuid", row.day().source());
            text(
                    out,
                    "infrastructure_usage_cost",
                    row.kind() == SummaryRow.Kind.UNALLOCATED ? null : SummaryRow.NO_INFRASTRUCTURE_COST);
            integer(out, "cost_category_id", row.costCategoryId());
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** A row has the same labels twice. */
    private String json(Labels labels) {
        if (labels == null) {
            return null;
        }
        if (labels.equals(lastLabels)) {
            return lastText;
        }
        lastLabels = labels;
        lastText = LabelText.json(labels::forEach);
        return lastText;
    }

    private static void text(JsonGenerator out, String name, String value) throws IOException {
        if (value == null) {
            out.writeNullField(name);
        } else {
            out.writeStringField(name, value);
        }
    }

    private static void integer(JsonGenerator out, String name, Integer value) throws IOException {
        if (value == null) {
            out.writeNullField(name);
        } else {
            out.writeNumberField(name, value);
        }
    }
}
