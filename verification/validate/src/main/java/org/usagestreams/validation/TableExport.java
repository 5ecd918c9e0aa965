package org.usagestreams.validation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.postgresql.PGConnection;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.settings.Settings;

/** Reads from PostgreSQL what there is to validate. */
final class TableExport {
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
     * Counts the rows of cost management's own summary that stand beside ours, where one table is for all organisations.
     *
     * @param sources the sources of the scope's organisation; null for all
     */
    long doubledShared(Validation.Scope scope, Set<String> sources) throws SQLException {
        return doubled(table.name(""), condition(scope, sources));
    }

    /**
     * Counts the same in the tables that organisations have: the scope's, or all that are known or that the role may read.
     *
     * @param known organisations that uploaded something
     */
    long doubledOfOrganisations(Validation.Scope scope, Collection<String> known) throws SQLException {
        long doubled = 0;
        for (final String organisation : organisations(scope, known)) {
            doubled += doubled(table.name(organisation), scope.condition());
        }
        return doubled;
    }

    private long doubled(String from, String condition) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM " + from + " WHERE " + SummaryTable.DOUBLED + " AND " + condition)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static String condition(Validation.Scope scope, Set<String> sources) {
        return scope.condition() + (sources == null ? "" : " AND source_uuid::text IN " + Sql.list(sources));
    }

    /**
     * Writes those of the summary's rows that are ours as CSV, where one table is for all organisations.
     *
     * @param sources the sources of the scope's organisation; null for all
     */
    void writeShared(Path file, Validation.Scope scope, Set<String> sources) throws SQLException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            copy(out, String.join(", ", Comparison.columns()), table.name(""), condition(scope, sources), true);
        }
    }

    /**
     * Writes the same of the tables that organisations have, with the organisation before the other columns: the scope's, or all
     * that are known or that the role may read. A table that is not there has no rows.
     *
     * @param known organisations that uploaded something
     */
    void writeOfOrganisations(Path file, Validation.Scope scope, Collection<String> known)
            throws SQLException, IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(("organisation," + String.join(",", Comparison.columns()) + "\n").getBytes(UTF_8));
            for (final String organisation : organisations(scope, known)) {
                copy(
                        out,
                        Sql.text(organisation) + ", " + String.join(", ", Comparison.columns()),
                        table.name(organisation),
                        scope.condition(),
                        false);
            }
        }
    }

    /** The scope's organisation, or all that are known or that the role may read, as far as they have a table. */
    private Set<String> organisations(Validation.Scope scope, Collection<String> known) throws SQLException {
        final Set<String> organisations = new TreeSet<>();
        for (final String organisation : scope.organisation() == null ? known : List.of(scope.organisation())) {
            if (table.exists(connection, organisation)) {
                organisations.add(organisation);
            }
        }
        if (scope.organisation() == null) {
            organisations.addAll(table.organisations(connection));
        }
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
