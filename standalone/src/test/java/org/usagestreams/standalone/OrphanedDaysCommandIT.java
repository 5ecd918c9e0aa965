package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.settings.Settings;
import org.usagestreams.testkit.LoadedPositions;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import picocli.CommandLine;

/** What {@code sink --orphans} lists and deletes, and what {@code status} says of it. */
class OrphanedDaysCommandIT {
    private static final String TABLE = "usage.reporting_ocpusagelineitem_daily_summary";
    private static final String SUMMARY = TopicCatalog.shipped().name(TopicRole.SUMMARY);
    private static final String EARLIER = "6f1c9f5e-8c0e-4a6e-9d5e-0d8a5e6f7a11";
    private static final String NONE = "00000000-0000-0000-0000-000000000000";

    @TempDir
    private static Path directory;

    private static BrokerFixture broker;
    private static Postgres postgres;

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerFixture(directory);
        broker.make(TopicCatalog.shipped().withPartitions(2));
        postgres = Postgres.start(directory.resolve("postgres"), Ports.free(), null);
        final List<SinkDefinition> sinks = ClusterSetup.sinks(Settings.of(Map.of()));
        ClusterSetup.makeTables(postgres, sinks, null);
        postgres.execute(sinks.get(0).rolesSql());
        postgres.execute("ALTER ROLE usage_sink PASSWORD 's1nk'");
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
        broker.close();
    }

    private static String source(int number) {
        return "00000000-0000-4000-8000-%012x".formatted(number);
    }

    /** A day of two rows of ours and one of cost management's. */
    private static void day(int source, String topicId) throws Exception {
        postgres.execute("INSERT INTO usage.summary_status (organisation, source_uuid, usage_date, epoch, revision,"
                + " row_count, rows_set_aside, live_objects, topic_id, topic_partition, marker_offset) VALUES ('org', '"
                + source(source) + "', '2025-11-02', 1, 1, 2, 0, 1, '" + topicId + "', 0, 1)");
        for (final String uuid :
                List.of("5000-8000-000000000001", "5000-8000-000000000002", "4000-8000-000000000003")) {
            postgres.execute("INSERT INTO " + TABLE + " (uuid, usage_start, usage_end, source_uuid) VALUES ('0000000"
                    + source + "-0000-" + uuid + "', '2025-11-02', '2025-11-02', '" + source(source) + "')");
        }
    }

    private static String topicId() throws SQLException {
        return query("SELECT topic_id::text FROM usage.sink_position LIMIT 1").get(0);
    }

    private static List<String> query(String sql) throws SQLException {
        final List<String> found = new ArrayList<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    private record Said(int code, String out) {}

    private static Said run(String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        for (final String setting : List.of(
                "kafka.bootstrap.servers=" + broker.kafka().get("bootstrap.servers"),
                "postgres.url=" + postgres.jdbcUrl(),
                "postgres.user=usage_sink",
                "postgres.password=s1nk")) {
            all.addAll(List.of("-s", setting));
        }
        final StringWriter out = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        return new Said(line.execute(all.toArray(String[]::new)), out.toString());
    }

    @Test
    void shouldListAndDeleteDaysThatAreNotOnTheTopic() throws Exception {
        try (Connection connection = postgres.connect()) {
            LoadedPositions.insert(connection, broker.admin, SUMMARY, 0, 10);
        }
        day(1, topicId());
        day(2, EARLIER);
        day(3, NONE);
        day(4, NONE);
        postgres.execute("INSERT INTO usage.sink_set_aside VALUES ('org', '" + source(4) + "', '2025-11-02', '"
                + SUMMARY + "', 0, 1, 0, '{}', 'refused', 1, now(), now())");

        final Said early = run("sink", "--orphans", "--delete");
        assertThat(early.code()).as(early.out()).isEqualTo(1);
        assertThat(early.out()).contains("the sink has read 1 of its 2 partitions to the end");
        try (Connection connection = postgres.connect()) {
            LoadedPositions.insert(connection, broker.admin, SUMMARY, 1, 10);
        }

        final Said listed = run("sink", "--orphans");
        assertThat(listed.code()).as(listed.out()).isZero();
        assertThat(listed.out())
                .contains(source(2), source(3), "Days in the table that are not on the summary topic: 2")
                .doesNotContain(source(1), source(4));
        assertThat(run("sink", "--orphans", "--csv").out().lines())
                .hasSize(3)
                .first()
                .isEqualTo("date,organisation,source,rows");
        assertThat(run("status").out())
                .contains("days that are not on the summary topic, and keep their rows (scripts/sink --orphans): 2");
        assertThat(query("SELECT 1 FROM " + TABLE)).as("only listed").hasSize(12);

        final Said deleted = run("sink", "--orphans", "--delete");
        assertThat(deleted.code()).as(deleted.out()).isZero();
        assertThat(deleted.out()).contains("Deleted 4 rows of these days.");
        assertThat(query("SELECT right(source_uuid::text, 1) || ' ' || count(*) FROM " + TABLE
                        + " GROUP BY source_uuid ORDER BY 1"))
                .as("rows of cost management stay")
                .containsExactly("1 3", "2 1", "3 1", "4 3");
        assertThat(query("SELECT right(source_uuid::text, 1) FROM usage.summary_status ORDER BY 1"))
                .containsExactly("1", "4");
        assertThat(run("status").out()).doesNotContain("--orphans");
    }
}
