package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.validation.Validation;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.ledger.UploadState;

/** A cluster of its own for a test class, and what tests do with it. */
final class EmbeddedClusterFixture implements AutoCloseable {
    /** Long enough for a busy machine. */
    static final Duration WITHIN = Duration.ofMinutes(2);

    final EmbeddedCluster cluster;
    final DrainCheck drain;
    private final OpenDatabase database;
    private final Path settingsFile;

    EmbeddedClusterFixture(Map<String, String> settings, Path directory) throws Exception {
        this(TestParts.options(settings, (String) null), directory);
    }

    EmbeddedClusterFixture(EmbeddedCluster.Options options, Path directory) throws Exception {
        cluster = EmbeddedCluster.start(options, step -> {});
        drain = new DrainCheck(cluster);
        database = new OpenDatabase(cluster.postgres()::connect);
        settingsFile = directory.resolve("usage-streams.properties");
        final List<String> lines = new ArrayList<>(RunFiles.settingsLines(cluster));
        options.settings().forEach((name, value) -> lines.add(name + "=" + value));
        Files.write(settingsFile, lines);
    }

    /** The exit code of a command that works on the cluster. */
    int run(String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        all.add("-c");
        all.add(settingsFile.toString());
        return CommandRunner.run(new Main(), all.toArray(String[]::new));
    }

    /** A command's exit code and what it said. */
    record Said(int code, String out) {}

    /** Runs a command that works on the cluster. */
    Said said(String... arguments) {
        final StringWriter out = new StringWriter();
        final List<String> all = new ArrayList<>(List.of(arguments));
        all.add("-c");
        all.add(settingsFile.toString());
        final int code =
                CommandRunner.line(new Main()).setOut(new PrintWriter(out)).execute(all.toArray(String[]::new));
        return new Said(code, out.toString());
    }

    /** Settings by which commands reach the cluster. */
    Path settingsFile() {
        return settingsFile;
    }

    void drained() {
        assertTrue(drain.await(WITHIN), "all is processed within " + WITHIN);
    }

    void put(String key, byte[] bytes) throws Exception {
        final MinioClient client = cluster.client();
        client.putObject(PutObjectArgs.builder().bucket(cluster.bucket()).object(key).stream(
                        new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                .build());
    }

    void remove(String key) throws Exception {
        cluster.client()
                .removeObject(RemoveObjectArgs.builder()
                        .bucket(cluster.bucket())
                        .object(key)
                        .build());
    }

    /** The states of an object's versions, the oldest first. */
    List<UploadState> states(String key) {
        return entries(key).stream().map(LedgerRow::state).toList();
    }

    /** Waits until an object's versions have these states, the oldest first; says what the ledger has where they do not get them. */
    void awaitStates(String key, UploadState... states) {
        Awaitility.await(key)
                .pollInSameThread()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> {
                    final List<LedgerRow> entries = entries(key);
                    assertThat(entries)
                            .as(() -> entries.toString())
                            .extracting(LedgerRow::state)
                            .containsExactly(states);
                });
    }

    List<LedgerRow> entries(String key) {
        try {
            return database.look(
                    connection -> new LedgerTable(connection, cluster.settings().text("postgres.status.schema"))
                            .versions(cluster.bucket(), List.of(key)).stream()
                                    .sorted(Comparator.comparing(LedgerRow::eventAt))
                                    .toList());
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until so many object versions are LOADED. */
    void awaitLoaded(int objects) {
        eventually(objects + " objects are loaded", () -> query(
                        "SELECT count(*) FROM usage.upload_ledger WHERE state = 'LOADED'")
                .get(0)
                .get(0)
                .equals(Integer.toString(objects)));
    }

    /** Compares the table with what the bucket leads to. */
    void validate() throws Exception {
        final Validation.Outcome outcome = new Validation(
                        cluster.settings(), settingsFile.resolveSibling("validation"), "1GB")
                .run(new Validation.Scope(null, null, null, 10));
        assertEquals(List.of(), outcome.differences());
        assertTrue(outcome.expected() > 0);
    }

    /** Rows of the summary of a source. */
    long rows(String source) {
        return Long.parseLong(query("SELECT count(*) FROM " + cluster.table() + " WHERE source_uuid = '" + source + "'")
                .get(0)
                .get(0));
    }

    List<List<String>> query(String sql) {
        try {
            return database.query(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** All that was ever set aside, settled or not. */
    List<String> deadLetters() {
        final List<String> letters = new ArrayList<>();
        try (TopicReader reader =
                new TopicReader(KafkaClients.real(), cluster.settings().kafkaClient())) {
            reader.readAll(cluster.settings().topics().name(TopicRole.DEAD_LETTERS), record -> {
                if (record.value() != null) {
                    letters.add(new String(record.value(), StandardCharsets.UTF_8));
                }
            });
        }
        return letters;
    }

    /** A page of a service's HTTP interface. */
    String page(String service, String path) throws Exception {
        final String setting =
                switch (service) {
                    case "intake" -> "intake.instance.dir";
                    case "splitter" -> "splitter.instance.dir";
                    default -> "summary.state.dir";
                };
        final Path directory = Path.of(cluster.settings().text(setting)).resolve("instance-0");
        final HttpInterface.Address address = HttpInterface.Address.read(directory.resolve(HttpInterface.FILE));
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(address.url() + path)).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** The value of a metric; NaN where it is not on the page. */
    double metric(String service, String nameAndLabels) throws Exception {
        return page(service, "/metrics")
                .lines()
                .filter(line -> line.startsWith(nameAndLabels + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(nameAndLabels.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    static void eventually(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .pollInSameThread()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .until(condition::getAsBoolean);
    }

    static String key(String source, String name) {
        return "data/org1234567/OCP/source=" + source + "/year=2025/month=11/day=03/"
                + ReportType.POD_USAGE.longSegment() + "/" + name;
    }

    @Override
    public void close() throws IOException {
        drain.close();
        database.close();
        cluster.close();
    }
}
