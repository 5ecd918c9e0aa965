package org.usagestreams.benchmark;

import io.minio.ListObjectsArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.UploadObjectArgs;
import io.minio.messages.Item;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.validation.ReferenceRows;

/** The system that is measured: uploads to its bucket, and looks into its table. */
final class Target implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final List<String> ENABLED = List.of("app", "tier", "node", "pod", "region", "team", "storage");
    private static final Map<YearMonth, Integer> PERIODS =
            Map.of(YearMonth.of(2026, 10), 1, YearMonth.of(2026, 11), 2, YearMonth.of(2026, 12), 3);
    private static final List<CostCategory> CATEGORIES = List.of(new CostCategory("project-1%", 1));

    private final ProcessCluster cluster;
    private final Connection postgres;
    private final String bucket;
    private final String table;

    Target(ProcessCluster cluster) throws SQLException {
        this.cluster = cluster;
        postgres = cluster.postgres();
        bucket = cluster.settings().text("store.bucket");
        table = cluster.settings().text("postgres.schema") + "."
                + cluster.settings().text("postgres.table");
    }

    ProcessCluster cluster() {
        return cluster;
    }

    /** A connection for the benchmark's own questions. */
    Connection postgres() {
        return postgres;
    }

    String table() {
        return table;
    }

    /** Loads reference data for these sources. */
    void publishReference(Collection<String> sources) {
        publishReference(sources, "app");
    }

    /** Loads it with one more enabled key. */
    void publishReference(Collection<String> sources, String oneMoreKey) {
        final Set<String> enabled = new TreeSet<>(ENABLED);
        enabled.add(oneMoreKey);
        final Map<String, Cluster> clusters = new HashMap<>();
        sources.forEach(
                source -> clusters.put(source, new Cluster("cluster-" + source.substring(0, 8), "Benchmark", PERIODS)));
        new ReferencePublisher(
                        KafkaClients.real(),
                        cluster.settings().kafkaClient(),
                        cluster.settings().topics())
                .publish(new ReferenceSet(
                        "", Optional.of(clusters), Optional.of(enabled), Optional.of(CATEGORIES), Optional.empty()));
    }

    /** The same reference data for DuckDB. */
    static ReferenceRows referenceRows(Collection<String> sources) {
        final List<List<Object>> clusters = new ArrayList<>();
        final List<List<Object>> periods = new ArrayList<>();
        sources.forEach(source -> {
            clusters.add(List.of("", source, "cluster-" + source.substring(0, 8), "Benchmark"));
            PERIODS.forEach((month, id) -> periods.add(List.of("", source, month.toString(), id)));
        });
        return new ReferenceRows(
                clusters,
                periods,
                ENABLED.stream().map(key -> List.<Object>of("", key)).toList(),
                CATEGORIES.stream()
                        .map(category -> List.<Object>of("", category.pattern(), category.id()))
                        .toList(),
                List.of());
    }

    /** Uploads a file. Returns when the store had it. */
    Instant upload(Workload.ReportFile file) throws Exception {
        cluster.client()
                .uploadObject(UploadObjectArgs.builder()
                        .bucket(bucket)
                        .object(file.key())
                        .filename(file.file().toString())
                        .build());
        return Instant.now();
    }

    /** Waits until all of these objects are in a state, such as LOADED. */
    void await(Collection<String> keys, String state, Duration timeout) throws SQLException {
        final Instant deadline = Instant.now().plus(timeout);
        try (PreparedStatement select = postgres.prepareStatement(
                "SELECT count(*) FROM usage.upload_ledger WHERE" + " object_key = ANY (?) AND state = ANY (?)")) {
            final Array wanted = postgres.createArrayOf("text", keys.toArray());
            select.setArray(1, wanted);
            select.setArray(
                    2,
                    postgres.createArrayOf(
                            "text",
                            state.equals("COUNTED") ? new String[] {"COUNTED", "LOADED"} : new String[] {state}));
            long there = -1;
            while (there < keys.size()) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException(there + " of " + keys.size() + " objects were " + state + " within "
                            + timeout + ": " + states(keys));
                }
                LockSupport.parkNanos(LOOK.toNanos());
                cluster.requireAlive();
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    there = row.getLong(1);
                }
            }
        }
    }

    private String states(Collection<String> keys) throws SQLException {
        final StringBuilder states = new StringBuilder();
        try (PreparedStatement select = postgres.prepareStatement(
                "SELECT state, count(*) FROM usage.upload_ledger WHERE object_key = ANY (?) GROUP BY 1")) {
            select.setArray(1, postgres.createArrayOf("text", keys.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    states.append(rows.getString(1))
                            .append(' ')
                            .append(rows.getLong(2))
                            .append("; ");
                }
            }
        }
        return states.toString();
    }

    /** When the last change of a row became visible, by source. */
    Map<String, Instant> lastVisible() throws SQLException {
        final Map<String, Instant> last = new HashMap<>();
        try (Statement statement = postgres.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT source_uuid, max(pg_xact_commit_timestamp(xmin)) FROM " + table + " GROUP BY 1")) {
            while (rows.next()) {
                last.put(rows.getString(1), rows.getTimestamp(2).toInstant());
            }
        }
        return last;
    }

    /** Seconds from the commit that published an object to LOADED, of each object of these sources that is LOADED. */
    List<Double> publishedToLoaded(Collection<String> sources) throws SQLException {
        final List<Double> seconds = new ArrayList<>();
        try (PreparedStatement select =
                postgres.prepareStatement("SELECT extract(epoch FROM loaded_at - counted_at) FROM usage.upload_ledger"
                        + " WHERE source_uuid::text = ANY (?) AND state = 'LOADED'")) {
            select.setArray(1, postgres.createArrayOf("text", sources.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    seconds.add(rows.getDouble(1));
                }
            }
        }
        return seconds;
    }

    long rows() throws SQLException {
        try (Statement statement = postgres.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Removes all objects, and waits until their rows are deleted and the ledger says REMOVED. */
    void clear(Duration timeout) throws Exception {
        final List<String> keys = new ArrayList<>();
        for (final Result<Item> item : cluster.client()
                .listObjects(
                        ListObjectsArgs.builder().bucket(bucket).recursive(true).build())) {
            keys.add(item.get().objectName());
        }
        for (final String key : keys) {
            cluster.client()
                    .removeObject(RemoveObjectArgs.builder()
                            .bucket(bucket)
                            .object(key)
                            .build());
        }
        await(keys, "REMOVED", timeout);
        final Instant deadline = Instant.now().plus(timeout);
        while (rows() > 0) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(
                        rows() + " rows were left " + timeout + " after all objects were removed");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
        vacuum();
    }

    /** Replaces the table of this name by an empty one like the summary's. Returns its name with the schema. */
    String twin(String name) throws SQLException {
        final String twin = cluster.settings().text("postgres.schema") + "." + name;
        try (Statement statement = postgres.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + twin);
            statement.execute("CREATE TABLE " + twin + " (LIKE " + table + " INCLUDING ALL)");
        }
        return twin;
    }

    private void vacuum() throws SQLException {
        try (Statement statement = postgres.createStatement()) {
            statement.execute("VACUUM " + table);
        }
    }

    /** Pauses or resumes the connector of the summary. */
    void pauseSink(boolean pause) throws IOException, InterruptedException {
        pause(cluster.settings().text("sink.summary.group.id").substring("connect-".length()), pause);
    }

    /** Pauses or resumes a connector. Connect does so a moment later. */
    void pause(String connector, boolean pause) throws IOException, InterruptedException {
        final HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(cluster.connectUrl() + "/connectors/" + connector
                                        + (pause ? "/pause" : "/resume")))
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException("Connect answered " + response.statusCode() + ": " + response.body());
        }
    }

    @Override
    public void close() throws SQLException {
        postgres.close();
    }
}
