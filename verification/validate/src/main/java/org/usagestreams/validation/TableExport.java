package org.usagestreams.validation;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.postgresql.PGConnection;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.settings.Settings;

/** Reads from PostgreSQL what there is to validate. */
final class TableExport {
    private final Connection connection;
    private final Settings settings;

    TableExport(Connection connection, Settings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    /** How many rows of cost management's own summary stand beside ours; of all sources where none are given. */
    long doubled(Validation.Scope scope, Set<String> sources) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM " + SummaryTable.name(settings, scope.organisation()) + " WHERE "
                                + SummaryTable.DOUBLED + " AND " + condition(scope, sources))) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String condition(Validation.Scope scope, Set<String> sources) {
        return scope.condition() + (sources == null ? "" : " AND source_uuid::text IN " + Sql.list(sources));
    }

    /**
     * Writes those of the summary's rows that are ours as CSV.
     *
     * @param sources the sources of the scope's organisation; null for all
     */
    void write(Path file, Validation.Scope scope, Set<String> sources) throws SQLException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    // COPY takes no parameters.
                    .copyOut(
                            "COPY (SELECT " + String.join(", ", Comparison.columns()) + " FROM "
                                    + SummaryTable.name(settings, scope.organisation()) + " WHERE " + SummaryTable.OURS
                                    + " AND "
                                    + condition(scope, sources)
                                    + ") TO STDOUT (FORMAT csv, HEADER true)",
                            out);
        }
    }
}
