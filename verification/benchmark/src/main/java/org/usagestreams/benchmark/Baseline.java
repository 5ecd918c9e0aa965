package org.usagestreams.benchmark;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.postgresql.PGConnection;
import org.usagestreams.validation.ExpectedSummary;
import org.usagestreams.validation.ReferenceRows;
import org.usagestreams.validation.ReportObject;

/**
 * A user's batch job on the same files: one DuckDB statement over them, and the result loaded by COPY and an upsert into a table like the
 * summary's. The files are local, so it need not download them.
 */
final class Baseline {
    private static final List<String> COLUMNS = ExpectedSummary.columns();

    private final Path directory;
    private final String table;
    private final ReferenceRows reference;

    /** Loads into this table; works in this folder. */
    Baseline(Path directory, String table, ReferenceRows reference) {
        this.directory = directory;
        this.table = table;
        this.reference = reference;
    }

    /**
     * How long it took.
     *
     * @param summarise seconds of the statement, to a CSV file
     * @param load seconds of COPY and upsert
     */
    record Time(double summarise, double load) {
        double total() {
            return summarise + load;
        }
    }

    Time run(List<Workload.ReportFile> files, Connection postgres) throws Exception {
        final Path csv = directory.resolve("baseline.csv");
        try (ExpectedSummary summary = new ExpectedSummary("4GB", directory)) {
            summary.add(reference);
            for (final Workload.ReportFile file : files) {
                summary.add(new ReportObject(file.file(), file.key(), Instant.EPOCH, null, -1));
            }
            final long start = System.nanoTime();
            summary.execute(
                    "COPY (SELECT md5(concat_ws('|', source_uuid, usage_start, data_source, coalesce(namespace, ''),"
                            + " coalesce(node, ''), coalesce(pod_labels, '-'), coalesce(volume_labels, '-'),"
                            + " coalesce(persistentvolumeclaim, ''), coalesce(persistentvolume, ''), coalesce(csi_handle, '')))::UUID"
                            + " AS uuid, " + String.join(", ", COLUMNS) + " FROM (" + summary.sql() + ")) TO '" + csv
                            + "' (FORMAT csv, HEADER false)");
            final long summarised = System.nanoTime();
            load(csv, postgres);
            return new Time((summarised - start) / 1e9, (System.nanoTime() - summarised) / 1e9);
        } finally {
            Files.deleteIfExists(csv);
        }
    }

    private void load(Path csv, Connection postgres) throws Exception {
        final String columns = "uuid, " + String.join(", ", COLUMNS);
        final List<String> updates = COLUMNS.stream()
                .filter(column -> !column.equals("usage_start"))
                .map(column -> column + " = EXCLUDED." + column)
                .toList();
        postgres.setAutoCommit(false);
        try (Statement statement = postgres.createStatement();
                InputStream in = Files.newInputStream(csv)) {
            statement.execute("CREATE TEMP TABLE baseline (LIKE " + table + ") ON COMMIT DROP");
            postgres.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY baseline (" + columns + ") FROM STDIN (FORMAT csv)", in);
            statement.execute("INSERT INTO " + table + " (" + columns + ") SELECT " + columns
                    + " FROM baseline ON CONFLICT (usage_start, uuid) DO UPDATE SET " + String.join(", ", updates));
            postgres.commit();
        } finally {
            postgres.setAutoCommit(true);
        }
    }
}
