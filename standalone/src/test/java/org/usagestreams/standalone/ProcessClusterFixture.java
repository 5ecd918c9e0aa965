package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.testkit.ChildJvm;
import org.usagestreams.validation.Validation;
import picocli.CommandLine;

/** A system of processes for a test class, and what tests do with it. */
final class ProcessClusterFixture implements AutoCloseable {
    static final Duration WITHIN = Duration.ofMinutes(2);

    final ProcessCluster cluster;
    private final Path directory;
    private final OpenDatabase database;
    private final Map<String, String> changed = new TreeMap<>();

    ProcessClusterFixture(Path directory, Map<String, String> settings, boolean linked) throws Exception {
        this(directory, shortLived(settings, linked));
    }

    private static ProcessCluster.Options shortLived(Map<String, String> settings, boolean linked) {
        ChildJvm.forParts();
        return ProcessCluster.Options.shortLived(settings, linked);
    }

    ProcessClusterFixture(Path directory, ProcessCluster.Options options) throws Exception {
        this.directory = directory;
        cluster = ProcessCluster.start(directory.resolve("cluster"), options);
        database = new OpenDatabase(cluster::postgres);
    }

    /** Something that may fail. */
    interface Condition {
        boolean holds() throws Exception;
    }

    static void await(String what, Condition condition) throws Exception {
        Awaitility.await(what).pollInSameThread().atMost(WITHIN).until(condition::holds);
    }

    /** A command's exit code and what it said. */
    record Said(int code, String out) {}

    /** Runs a command with the cluster's settings. */
    Said run(String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        all.add("-c");
        all.add(cluster.settingsFile().toString());
        changed.forEach((name, value) -> all.addAll(List.of("-s", name + "=" + value)));
        final StringWriter out = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(out));
        return new Said(line.execute(all.toArray(String[]::new)), out.toString());
    }

    /** From now on commands have this setting. */
    void set(String name, String value) {
        changed.put(name, value);
    }

    void put(String key, byte[] bytes) throws Exception {
        cluster.client()
                .putObject(PutObjectArgs.builder().bucket(bucket()).object(key).stream(
                                new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                        .build());
    }

    void remove(String key) throws Exception {
        cluster.client()
                .removeObject(
                        RemoveObjectArgs.builder().bucket(bucket()).object(key).build());
    }

    private String bucket() {
        return cluster.settings().text("store.bucket");
    }

    String table() {
        return cluster.settings().text("postgres.schema") + "."
                + cluster.settings().text("postgres.table");
    }

    List<List<String>> query(String sql) throws SQLException {
        return database.query(sql.replace("TABLE", table()));
    }

    /** Waits until so many objects are LOADED. */
    void awaitLoaded(int objects) throws Exception {
        await(objects + " objects are loaded", () -> query(
                        "SELECT count(*) FROM usage.upload_ledger WHERE state = 'LOADED'")
                .get(0)
                .get(0)
                .equals(Integer.toString(objects)));
    }

    /** All rows, and the transaction that wrote each. */
    List<List<String>> rowsAndWriters() throws SQLException {
        return query("SELECT t.*, t.xmin FROM TABLE t ORDER BY uuid");
    }

    /** Compares the table with what the bucket leads to. */
    long validate() throws Exception {
        final Validation.Outcome outcome = new Validation(cluster.settings(), directory.resolve("validation"), "1GB")
                .run(new Validation.Scope(null, null, null, 10));
        assertEquals(List.of(), outcome.differences());
        assertTrue(outcome.expected() > 0);
        return outcome.expected();
    }

    @Override
    public void close() throws IOException {
        database.close();
        cluster.close();
    }
}
