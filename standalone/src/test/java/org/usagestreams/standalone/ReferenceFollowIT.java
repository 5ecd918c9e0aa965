package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.reference.ReferenceChange;
import org.usagestreams.reference.ReferenceDatabase;
import org.usagestreams.reference.ReferenceFollower;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.reference.ReferenceKind;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.reference.ReferenceSource;
import org.usagestreams.reference.ReferenceState;
import org.usagestreams.reference.ReferenceTopics;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;
import org.usagestreams.testkit.CostManagement;

/** Reference data follows tables like cost management's, in a real PostgreSQL. */
class ReferenceFollowIT {
    private static final String FIRST = "00000000-0000-4000-8000-0000000000ab";
    private static final String SECOND = "00000000-0000-4000-8000-0000000000ac";
    private static final String OTHER = "00000000-0000-4000-8000-0000000000ad";

    @TempDir
    private static Path directory;

    private static Postgres postgres;

    private final ReferenceState held = new ReferenceState();
    private final List<String> written = new ArrayList<>();
    private final ReferenceFollower follower = new ReferenceFollower(() -> open(Postgres.USER), new ReferenceTopics() {
        @Override
        public ReferenceState held() {
            return held;
        }

        @Override
        public void write(Collection<ReferenceChange> changes) {
            changes.forEach(change -> {
                held.put(change.kind(), change.key(), change.after());
                written.add(change.toString());
            });
        }
    });

    @BeforeAll
    static void start() throws Exception {
        postgres = Postgres.start(directory.resolve("data"), Ports.free(), null);
    }

    @AfterAll
    static void stop() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    private static Connection connect(String user) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(), user, postgres.password());
    }

    private static ReferenceSource open(String user) throws SQLException {
        return new ReferenceDatabase(connect(user), Duration.ofSeconds(10));
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = connect(Postgres.USER);
                Statement statement = connection.createStatement()) {
            for (final String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @BeforeEach
    void makeTables() throws SQLException {
        execute(
                "DROP TABLE IF EXISTS public.api_provider, public.api_providerauthentication, public.api_customer",
                "CREATE TABLE public.api_customer (id int PRIMARY KEY, schema_name text, org_id text)",
                "CREATE TABLE public.api_providerauthentication (id int PRIMARY KEY, credentials jsonb)",
                "CREATE TABLE public.api_provider (uuid uuid PRIMARY KEY, name text, type text, customer_id int,"
                        + " authentication_id int)",
                "INSERT INTO public.api_customer VALUES (1, 'org1', '1'), (2, 'org2', '2')",
                "INSERT INTO public.api_providerauthentication VALUES (1, '{\"cluster_id\": \"c1\"}'),"
                        + " (2, '{\"cluster_id\": \"c2\"}'), (3, '{\"cluster_id\": \"c3\"}'), (4, '{\"role\": \"x\"}')",
                "INSERT INTO public.api_provider VALUES ('" + FIRST + "', 'Renamed', 'OCP', 1, 1), ('" + SECOND
                        + "', 'New', 'OCP', 1, 2), ('" + OTHER + "', 'Other', 'OCP', 2, 3),"
                        + " (gen_random_uuid(), 'Cloud', 'AWS', 1, 4)");
        for (final String schema : List.of("org1", "org2")) {
            execute(
                    "DROP SCHEMA IF EXISTS " + schema + " CASCADE",
                    "CREATE SCHEMA " + schema,
                    "CREATE TABLE " + schema + ".reporting_ocpusagereportperiod (id int PRIMARY KEY, cluster_id text,"
                            + " cluster_alias text, report_period_start timestamptz, report_period_end timestamptz,"
                            + " provider_id uuid)",
                    "CREATE TABLE " + schema + ".reporting_enabledtagkeys (uuid uuid PRIMARY KEY, key text, enabled"
                            + " boolean, provider_type text)",
                    "CREATE TABLE " + schema + ".reporting_tagmapping (id serial, child_id uuid, parent_id uuid)",
                    "CREATE TABLE " + schema + ".reporting_ocp_cost_category_namespace (id serial, namespace text,"
                            + " cost_category_id int)",
                    "INSERT INTO " + schema + ".reporting_enabledtagkeys SELECT"
                            + " ('00000000-0000-4000-8000-00000000000' || n)::uuid, key, enabled, type FROM (VALUES"
                            + " (1, 'app', true, 'OCP'), (2, 'service', true, 'OCP'), (3, 'off', false, 'OCP'),"
                            + " (4, 'cloud', true, 'AWS')) t(n, key, enabled, type)",
                    "INSERT INTO " + schema + ".reporting_tagmapping (child_id, parent_id) VALUES"
                            + " ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002')",
                    "INSERT INTO " + schema + ".reporting_ocp_cost_category_namespace (namespace, cost_category_id)"
                            + " VALUES ('kube-%', 1)");
        }
        execute("INSERT INTO org1.reporting_ocpusagereportperiod VALUES (1, 'c1', 'Old', '2025-10-01 00:00+00',"
                + " '2025-11-01 00:00+00', '" + FIRST + "')");
    }

    @Test
    void shouldReadAllThatAnOrganisationHas() throws Exception {
        try (ReferenceSource source = open(Postgres.USER)) {
            assertThat(source.organisations())
                    .extracting(ReferenceSource.Organisation::name)
                    .containsExactly("org1", "org2");
            final ReferenceSet set = source.read(ReferenceSource.Organisation.of("org1"));
            assertThat(set.clusters())
                    .contains(Map.of(
                            FIRST, new Cluster("c1", "Renamed", Map.of(YearMonth.of(2025, 10), 1)),
                            SECOND, new Cluster("c2", "New", Map.of())));
            assertThat(set.enabledKeys().orElseThrow()).containsExactly("app", "service");
            assertThat(set.tagMappings()).contains(Map.of("app", "service"));
            assertThat(set.costCategories()).contains(List.of(new CostCategory("kube-%", 1)));
        }
    }

    @Test
    void shouldFollowWhatAnOrganisationKeeps() throws Exception {
        final String table = "org1." + CostManagement.TABLE;
        execute(
                "CREATE TABLE org1.tenant_settings (id int, data_retention_months int)",
                "CREATE TABLE " + table + " (usage_start date) PARTITION BY RANGE (usage_start)",
                "CREATE TABLE " + table + "_default PARTITION OF " + table + " DEFAULT",
                CostManagement.partition("org1", YearMonth.of(2025, 10)),
                "CREATE TABLE " + table + "_later PARTITION OF " + table
                        + " FOR VALUES FROM ('2025-11-01') TO ('2026-01-01')");
        follower.run();
        final List<YearMonth> all = List.of(YearMonth.of(2025, 10), YearMonth.of(2025, 11), YearMonth.of(2025, 12));
        assertThat(retention()).isEqualTo(new ClusterRetention(null, Set.copyOf(all), Set.of()));
        assertThat(ReferenceJson.readRetention(
                        held.of(ReferenceKind.CLUSTER, "org2").get(OTHER)))
                .isEqualTo(ClusterRetention.UNKNOWN);

        execute("INSERT INTO org1.tenant_settings VALUES (1, 6)", CostManagement.purge("org1", all.get(0)));
        follower.run();
        assertThat(retention()).isEqualTo(new ClusterRetention(6, Set.copyOf(all.subList(1, 3)), Set.of(all.get(0))));
        assertThat(written)
                .contains("organisation org1: cluster " + FIRST + " changed: report period of 2025-10 1 → none,"
                        + " months kept 6, purged 2025-10");
    }

    private ClusterRetention retention() {
        return ReferenceJson.readRetention(
                held.of(ReferenceKind.CLUSTER, "org1").get(FIRST));
    }

    @Test
    void shouldFollowWhatChanges() throws Exception {
        assertThat(follower.run()).isEqualTo(new ReferenceFollower.Result(2, 0, 11));
        written.clear();
        assertThat(follower.run().changes()).isZero();
        execute(
                "INSERT INTO org1.reporting_ocpusagereportperiod VALUES (2, 'c1', 'Old', '2025-11-01 00:00+00',"
                        + " '2025-12-01 00:00+00', '" + FIRST + "')",
                "UPDATE org1.reporting_enabledtagkeys SET enabled = false WHERE key = 'service'",
                "DELETE FROM org2.reporting_tagmapping");
        follower.run();
        assertThat(written)
                .containsExactly(
                        "organisation org1: cluster " + FIRST + " changed: report period of 2025-11 2",
                        "organisation org1: enabled key service removed",
                        "organisation org2: tag mapping of app removed: service → none");
    }

    @Test
    void shouldGoOnWithTheOthersWhereOneOrganisationIsBroken() throws Exception {
        follower.run();
        written.clear();
        execute(
                "ALTER TABLE org1.reporting_tagmapping RENAME TO other_name",
                "UPDATE org1.reporting_enabledtagkeys SET enabled = false",
                "UPDATE org2.reporting_enabledtagkeys SET enabled = true WHERE key = 'off'");
        assertThat(follower.run()).isEqualTo(new ReferenceFollower.Result(1, 1, 1));
        assertThat(written).containsExactly("organisation org2: enabled key off added");
        assertThat(held.of(ReferenceKind.ENABLED_KEY, "org1")).containsOnlyKeys("app", "service");

        execute("DROP SCHEMA org1 CASCADE");
        assertThat(follower.run()).isEqualTo(new ReferenceFollower.Result(1, 1, 0));
        assertThat(held.of(ReferenceKind.CLUSTER, "org1")).containsOnlyKeys(FIRST, SECOND);
    }

    @Test
    void shouldLeaveAnOrganisationThatTakesTooLong() throws Exception {
        try (Connection lock = connect(Postgres.USER);
                Statement statement = lock.createStatement();
                ReferenceSource source = new ReferenceDatabase(connect(Postgres.USER), Duration.ofMillis(300))) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE org1.reporting_enabledtagkeys");
            assertThatThrownBy(() -> source.read(ReferenceSource.Organisation.of("org1")))
                    .hasMessageContaining("statement timeout");
            assertThat(source.isReachable()).isTrue();
            assertThat(source.read(ReferenceSource.Organisation.of("org2")).enabledKeys())
                    .isPresent();
        }
    }

    @Test
    void shouldTakeClusterIdsFromReportPeriodsWhereCredentialsMayNotBeRead() throws Exception {
        execute(
                "DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD '" + postgres.password()
                        + "'; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "GRANT SELECT ON public.api_customer, public.api_provider TO reader",
                "GRANT USAGE ON SCHEMA org1 TO reader",
                "GRANT SELECT ON ALL TABLES IN SCHEMA org1 TO reader");
        try (ReferenceSource source = open("reader")) {
            final Map<String, Cluster> clusters = source.read(ReferenceSource.Organisation.of("org1"))
                    .clusters()
                    .orElseThrow();
            assertThat(clusters.get(FIRST).id()).isEqualTo("c1");
            assertThat(clusters.get(SECOND)).isEqualTo(new Cluster(SECOND, "New", Map.of()));
            assertThatThrownBy(() -> source.read(ReferenceSource.Organisation.of("org2")))
                    .hasMessageContaining("permission denied");
            assertThat(source.organisations()).hasSize(2);
        }
    }

    @Test
    void shouldChangeNothingWithoutADatabase() throws Exception {
        follower.run();
        written.clear();
        final ReferenceFollower unreachable = new ReferenceFollower(
                () -> new ReferenceDatabase(
                        DriverManager.getConnection(Postgres.jdbcUrl(Ports.free()), Postgres.USER, ""),
                        Duration.ofSeconds(1)),
                new ReferenceTopics() {
                    @Override
                    public ReferenceState held() {
                        return held;
                    }

                    @Override
                    public void write(Collection<ReferenceChange> changes) {
                        throw new AssertionError(changes.toString());
                    }
                });
        assertThatThrownBy(unreachable::run).isInstanceOf(SQLException.class);
        assertThat(ReferenceJson.readCluster(
                        held.of(ReferenceKind.CLUSTER, "org2").get(OTHER)))
                .contains(new Cluster("c3", "Other", Map.of()));
    }
}
