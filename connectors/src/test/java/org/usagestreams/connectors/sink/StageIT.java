package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is staged in binary is what PostgreSQL reads from the same text. */
class StageIT {
    private static final RowKey.Day DAY = PublishedDays.day("org", 1, 2);

    private Connection connection;
    private final Stage stage = new Stage(1 << 14);
    private final RowKey key = new RowKey();
    private final List<String> staged = new ArrayList<>();

    @BeforeEach
    void open() throws SQLException {
        connection = SharedPostgres.connect();
        stage.open(connection);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void add(String json) throws SQLException, MalformedRowException {
        key.read(bytes(PublishedDays.key(DAY, PublishedDays.uuid(DAY, staged.size()))));
        stage.add(1, staged.size(), key, bytes(json));
        staged.add(json);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> column(String expression) throws SQLException {
        stage.flush();
        final List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT " + expression + " FROM " + Stage.TABLE + " ORDER BY seq")) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    @Test
    void shouldStageAmountsToTheLastDigit() throws Exception {
        final List<String> amounts = new ArrayList<>(List.of(
                "0",
                "0.000000000000000",
                "-0.5",
                "1",
                "9999",
                "10000",
                "10000.0001",
                "123456789012345678.123456789012345",
                "0.000000000000001",
                "0.0001",
                "0.00001",
                "1000000000000",
                "-123.4500",
                "1E-5",
                "12e3"));
        final Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            amounts.add(new BigDecimal(new java.math.BigInteger(random.nextInt(80), random), random.nextInt(16))
                    .toPlainString());
        }
        for (final String amount : amounts) {
            add("{\"pod_usage_cpu_core_hours\":" + amount + "}");
        }
        final List<String> expected = new ArrayList<>();
        // The stage's connection is in the middle of a COPY.
        try (Connection another = SharedPostgres.connect();
                Statement statement = another.createStatement()) {
            for (final String amount : amounts) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT '" + new BigDecimal(amount).toPlainString() + "'::numeric::text")) {
                    row.next();
                    expected.add(row.getString(1));
                }
            }
        }
        assertThat(column("pod_usage_cpu_core_hours::text")).containsExactlyElementsOf(expected);
        assertThat(column("(pod_usage_cpu_core_hours * 1)::text"))
                .as("it can be computed with")
                .containsExactlyElementsOf(expected);
    }

    @Test
    void shouldStageAnyText() throws Exception {
        final List<String> texts =
                List.of("", "plain", "über", "日本", "\uD83D\uDE80 launched", "tab\tand \\ and \" and \u0001");
        for (final String text : texts) {
            add("{\"namespace\":" + quoted(text) + "}");
        }
        assertThat(column("namespace")).containsExactlyElementsOf(texts);
    }

    private static String quoted(String text) throws IOException {
        return new com.fasterxml.jackson.databind.json.JsonMapper().writeValueAsString(text);
    }

    @Test
    void shouldStageLabelsDatesAndNumbers() throws Exception {
        add("{\"pod_labels\":\"{\\\"app\\\": \\\"bücher\\\"}\",\"usage_end\":" + DAY.epochDay()
                + ",\"report_period_id\":-7,\"source_uuid\":\"6f1c9f5e-8c0e-4a6e-9d5e-0d8a5e6f7a11\"}");
        assertThat(column("pod_labels ->> 'app'")).containsExactly("bücher");
        assertThat(column("usage_end::text")).containsExactly("2025-11-02");
        assertThat(column("usage_start::text"))
                .containsExactly(LocalDate.ofEpochDay(DAY.epochDay()).toString());
        assertThat(column("report_period_id::text")).containsExactly("-7");
        assertThat(column("source_uuid::text")).containsExactly("6f1c9f5e-8c0e-4a6e-9d5e-0d8a5e6f7a11");
        assertThat(column("uuid::text"))
                .containsExactly(PublishedDays.uuid(DAY, 0).toString());
    }

    @Test
    void shouldStageNullWhereAFieldIsNullOrMissingInAnyOrder() throws Exception {
        add("{\"node\":\"n\",\"namespace\":\"s\",\"usage_end\":1,\"another\":{\"a\":[1]}}");
        add("{\"node\":null}");
        assertThat(column("node")).containsExactly("n", null);
        assertThat(column("namespace")).containsExactly("s", null);
        assertThat(column("num_nonnulls(report_period_id, pod_labels, pod_usage_cpu_core_hours)::text"))
                .containsExactly("0", "0");
    }

    @Test
    void shouldStageATombstone() throws Exception {
        key.read(bytes(PublishedDays.key(DAY, new UUID(0x5000, 7))));
        stage.add(1, 0, key, null);
        assertThat(column("gone::text")).containsExactly("true");
    }

    @Test
    void shouldRefuseARowThatIsNoneAndGoOn() throws Exception {
        assertThatThrownBy(() -> add("{\"usage_end\":\"2025-11-02\"}"))
                .isInstanceOf(MalformedRowException.class)
                .hasMessageContaining("usage_end");
        assertThatThrownBy(() -> add("{\"namespace\":")).isInstanceOf(MalformedRowException.class);
        assertThatThrownBy(() -> add("[]")).isInstanceOf(MalformedRowException.class);
        add("{\"namespace\":\"good\"}");
        assertThat(column("namespace")).containsExactly("good");
    }

    @Test
    void shouldStageMoreThanItsBufferHolds() throws Exception {
        for (int i = 0; i < 5_000; i++) {
            add("{\"namespace\":\"namespace-" + i + "\"}");
        }
        assertThat(column("namespace")).hasSize(5_000).endsWith("namespace-4999");
    }
}
