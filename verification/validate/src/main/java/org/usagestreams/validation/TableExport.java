package org.usagestreams.validation;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.PGConnection;
import org.usagestreams.settings.Settings;

/** Reads from PostgreSQL what there is to validate. */
final class TableExport {
    private final Connection connection;
    private final Settings settings;

    TableExport(Connection connection, Settings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    /**
     * Writes the summary's rows as CSV.
     *
     * @param source only this source's; null for all
     * @param from first date; null for all
     * @param to last date; null for all
     */
    void write(Path file, String source, LocalDate from, LocalDate to) throws SQLException, IOException {
        // The values are a UUID and dates by now: COPY takes no parameters.
        final String where = " WHERE true"
                + (source == null ? "" : " AND source_uuid = '" + source + "'")
                + (from == null ? "" : " AND usage_start >= '" + from + "'")
                + (to == null ? "" : " AND usage_start <= '" + to + "'");
        try (OutputStream out = Files.newOutputStream(file)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                            "COPY (SELECT " + String.join(", ", Comparison.columns()) + " FROM "
                                    + settings.text("postgres.schema") + "." + settings.text("postgres.table") + where
                                    + ") TO STDOUT (FORMAT csv, HEADER true)",
                            out);
        }
    }

    /** When each object was uploaded, by key and etag, as the ledger has it. */
    Map<String, Instant> uploadTimes() throws SQLException {
        final Map<String, Instant> times = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT object_key, etag, max(uploaded_at) FROM "
                + settings.text("postgres.schema")
                + ".upload_ledger WHERE bucket = ? AND uploaded_at IS NOT NULL GROUP BY 1, 2")) {
            select.setString(1, settings.text("store.bucket"));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    times.put(
                            key(rows.getString(1), rows.getString(2)),
                            rows.getTimestamp(3).toInstant());
                }
            }
        }
        return times;
    }

    static String key(String objectKey, String etag) {
        return objectKey + "\n" + etag;
    }
}
