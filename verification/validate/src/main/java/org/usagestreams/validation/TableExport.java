package org.usagestreams.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.postgresql.PGConnection;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.settings.Settings;

/** Reads the data to validate from PostgreSQL. */
final class TableExport {
    /** How long PostgreSQL may take to say that the connection is still there. */
    private static final int ANSWER_SECONDS = 10;

    private final Connection connection;
    private final SummaryTable table;

    TableExport(Connection connection, Settings settings) {
        this.connection = connection;
        table = new SummaryTable(settings);
    }

    /** Whether each organisation has a table of its own, so that it is known whose a row is. */
    boolean isOfOrganisation() {
        return table.isOfOrganisation();
    }

    /**
     * What was read.
     *
     * @param doubled rows of cost management's own summary for the same usage
     * @param unread organisations whose table cannot be read, and why; nothing of theirs was written
     */
    record Exported(long doubled, List<Validation.Apart> unread) {}

    /**
     * Writes those of the summary's rows that are ours as CSV, where one table is for all organisations.
     *
     * @param sources the sources of the scope's organisation; null for all
     */
    Exported writeShared(Path file, Validation.Scope scope, Set<String> sources) throws SQLException, IOException {
        final String condition =
                scope.condition() + (sources == null ? "" : " AND source_uuid::text IN " + Sql.list(sources));
        try (OutputStream out = Files.newOutputStream(file)) {
            copy(out, String.join(", ", Comparison.columns()), table.name(""), condition, true);
        }
        return new Exported(doubled(table.name(""), condition), List.of());
    }

    /**
     * Writes the same of the tables that organisations have, with the organisation before the other columns: the scope's, or all
     * that are known or that the role may read. A table that is not there has no rows. One that cannot be read stops no other.
     *
     * @param known organisations that uploaded something
     * @throws SQLException if the connection is lost
     */
    Exported writeOfOrganisations(Path file, Validation.Scope scope, Collection<String> known)
            throws SQLException, IOException {
        final List<Validation.Apart> unread = new ArrayList<>();
        long doubled = 0;
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(("organisation," + String.join(",", Comparison.columns()) + "\n").getBytes(UTF_8));
            for (final String organisation : organisations(scope, known)) {
                final long written = out.getChannel().position();
                try {
                    doubled += write(out, organisation, scope);
                } catch (SQLException e) {
                    if (!connection.isValid(ANSWER_SECONDS)) {
                        throw e;
                    }
                    // Rows that came before the failure.
                    out.getChannel().truncate(written);
                    unread.add(new Validation.Apart(organisation, firstLine(e)));
                }
            }
        }
        return new Exported(doubled, unread);
    }

    /** Writes an organisation's rows; returns how many are doubled. */
    private long write(OutputStream out, String organisation, Validation.Scope scope) throws SQLException, IOException {
        if (!table.exists(connection, organisation)) {
            return 0;
        }
        final String columns = Sql.text(organisation) + ", " + String.join(", ", Comparison.columns());
        copy(out, columns, table.name(organisation), scope.condition(), false);
        return doubled(table.name(organisation), scope.condition());
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private long doubled(String from, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM " + from + " WHERE " + SummaryTable.DOUBLED + " AND " + condition)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The scope's organisation, or all that are known or that the role may read. */
    private Set<String> organisations(Validation.Scope scope, Collection<String> known) throws SQLException {
        if (scope.organisation() != null) {
            return Set.of(scope.organisation());
        }
        final Set<String> organisations = new TreeSet<>(known);
        organisations.addAll(table.organisations(connection));
        return organisations;
    }

    private void copy(OutputStream out, String columns, String from, String condition, boolean header)
            throws SQLException, IOException {
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                // COPY takes no parameters.
                .copyOut(
                        "COPY (SELECT " + columns + " FROM " + from + " WHERE " + SummaryTable.OURS + " AND "
                                + condition + ") TO STDOUT (FORMAT csv, HEADER " + header + ")",
                        out);
    }
}
