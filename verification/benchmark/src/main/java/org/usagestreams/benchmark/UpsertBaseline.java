package org.usagestreams.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.usagestreams.standalone.ProcessCluster;

/**
 * Measures one PostgreSQL connection that loads rows without Kafka: the upper bound of every sink. The tables that it loads have the
 * columns, the primary key and the fillfactor of the summary.
 */
final class UpsertBaseline {
    private static final String STAGED = "loaded_from_twin";
    private static final String HAND = "loaded_by_hand";

    private final Bench bench;
    private final ProcessCluster cluster;
    private final Path folder;
    private final String staged;
    private final String hand;

    /**
     * Keeps files in a folder while it measures.
     *
     * @param bench a running system, whose PostgreSQL is loaded
     */
    UpsertBaseline(Bench bench, Path folder) {
        this.bench = bench;
        cluster = bench.cluster();
        this.folder = folder;
        final String schema = cluster.settings().text("postgres.schema") + ".";
        staged = schema + STAGED;
        hand = schema + HAND;
    }

    /**
     * The cost of an upsert.
     *
     * @param seconds until it was committed
     * @param postgresCpu CPU seconds of PostgreSQL
     */
    record Upsert(long rows, double seconds, double postgresCpu) {}

    /** Makes both tables anew, empty, with this fillfactor, which LIKE does not take over. */
    void prepare(int fillfactor) throws SQLException {
        for (final String table : List.of(STAGED, HAND)) {
            try (Statement statement = bench.target().postgres().createStatement()) {
                statement.execute(
                        "ALTER TABLE " + bench.target().twin(table) + " SET (fillfactor = " + fillfactor + ")");
            }
        }
    }

    /** Upserts rows which another sink has staged, in one statement: what a function would do. */
    Upsert fromTable(String rows) throws SQLException, IOException {
        try (Connection connection = cluster.postgres();
                Statement statement = connection.createStatement()) {
            final String upsert = upsert(statement, staged, rows);
            final double postgres = postgresCpu();
            final Instant start = Instant.now();
            final long upserted = statement.executeUpdate(upsert);
            return new Upsert(upserted, Sample.seconds(start, Instant.now()), postgresCpu() - postgres);
        }
    }

    /**
     * Loads the rows of a table as one would by hand: for each of its days a transaction with a binary COPY into a temporary table and an
     * upsert. Reading the rows is not measured.
     */
    Upsert byHand(String rows) throws SQLException, IOException {
        try (Connection connection = cluster.postgres();
                Statement statement = connection.createStatement()) {
            final CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            final List<Path> days = export(statement, copy, rows);
            for (final String memory : List.of("work_mem", "temp_buffers")) {
                statement.execute("SET " + memory + " = '64MB'");
            }
            statement.execute("CREATE TEMP TABLE stage (LIKE " + hand + ") ON COMMIT DELETE ROWS");
            final String upsert = upsert(statement, hand, "stage");
            connection.setAutoCommit(false);
            final double postgres = postgresCpu();
            final Instant start = Instant.now();
            long upserted = 0;
            for (final Path day : days) {
                try (InputStream in = Files.newInputStream(day)) {
                    copy.copyIn("COPY stage FROM STDIN (FORMAT binary)", in);
                }
                upserted += statement.executeUpdate(upsert);
                connection.commit();
            }
            final Upsert load = new Upsert(upserted, Sample.seconds(start, Instant.now()), postgresCpu() - postgres);
            for (final Path day : days) {
                Files.delete(day);
            }
            return load;
        }
    }

    private List<Path> export(Statement statement, CopyManager copy, String rows) throws SQLException, IOException {
        final List<String> dates = new ArrayList<>();
        try (ResultSet found = statement.executeQuery("SELECT DISTINCT usage_start FROM " + rows + " ORDER BY 1")) {
            while (found.next()) {
                dates.add(found.getString(1));
            }
        }
        final List<Path> files = new ArrayList<>();
        for (final String date : dates) {
            final Path file = Files.createTempFile(folder, "day-", ".copy");
            files.add(file);
            try (OutputStream out = Files.newOutputStream(file)) {
                copy.copyOut(
                        "COPY (SELECT * FROM " + rows + " WHERE usage_start = '" + date
                                + "' ORDER BY uuid) TO STDOUT (FORMAT binary)",
                        out);
            }
        }
        return files;
    }

    private static String upsert(Statement statement, String table, String rows) throws SQLException {
        try (ResultSet names = statement.executeQuery("SELECT string_agg(quote_ident(attname) || ' = excluded.'"
                + " || quote_ident(attname), ', ') FROM pg_attribute WHERE attrelid = '" + table
                + "'::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('usage_start', 'uuid')")) {
            names.next();
            return "INSERT INTO " + table + " SELECT * FROM " + rows
                    + " ORDER BY usage_start, uuid ON CONFLICT (usage_start, uuid) DO UPDATE SET " + names.getString(1);
        }
    }

    private double postgresCpu() throws IOException {
        return ProcessUsage.treeCpuSeconds(cluster.postgresPid());
    }
}
