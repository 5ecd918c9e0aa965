package org.usagestreams.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.rules.ReferenceData.Cluster;

class ReferenceFollowerTest {
    private final HeldInMemory topics = new HeldInMemory();
    private final Tables tables = new Tables();
    private final ReferenceFollower follower = new ReferenceFollower(() -> tables, topics);

    /** Cost management's tables without a database. */
    private static final class Tables implements ReferenceSource {
        final Map<String, ReferenceSet> sets = new TreeMap<>();
        final Set<String> broken = new HashSet<>();
        boolean reachable = true;

        @Override
        public List<Organisation> organisations() throws SQLException {
            if (!reachable) {
                throw new SQLException("connection refused");
            }
            return sets.keySet().stream().map(Organisation::of).toList();
        }

        @Override
        public ReferenceSet read(Organisation organisation) throws SQLException {
            if (!reachable || broken.contains(organisation.schema())) {
                throw new SQLException("no such table");
            }
            return sets.get(organisation.schema());
        }

        @Override
        public boolean isReachable() {
            return reachable;
        }

        @Override
        public void close() {}
    }

    private static ReferenceSet set(String organisation, Map<YearMonth, Integer> periods, Set<String> keys) {
        return new ReferenceSet(
                organisation,
                Optional.of(Map.of("s", new Cluster("c", "Cluster", periods))),
                Optional.of(keys),
                Optional.of(List.of()),
                Optional.of(Map.of()));
    }

    @BeforeEach
    void fill() {
        tables.sets.put("org1", set("org1", Map.of(), Set.of("app")));
        tables.sets.put("org2", set("org2", Map.of(), Set.of("app")));
    }

    @Test
    void shouldPublishOnlyWhatDiffers() throws Exception {
        assertThat(follower.run()).isEqualTo(new ReferenceFollower.Result(2, 0, 4));
        topics.written.clear();
        assertThat(follower.run()).isEqualTo(new ReferenceFollower.Result(2, 0, 0));
        assertThat(topics.written).isEmpty();

        tables.sets.put("org1", set("org1", Map.of(YearMonth.of(2025, 12), 17), Set.of("tier")));
        assertThat(follower.run().changes()).isEqualTo(3);
        assertThat(topics.written)
                .containsExactly(
                        "organisation org1: cluster s changed: report period of 2025-12 17",
                        "organisation org1: enabled key tier added",
                        "organisation org1: enabled key app removed");
    }

    @Test
    void shouldLeaveAnOrganisationThatCannotBeReadAsItIs() throws Exception {
        follower.run();
        topics.written.clear();
        tables.broken.add("org1");
        tables.sets.put("org1", set("org1", Map.of(), Set.of()));
        tables.sets.put("org2", set("org2", Map.of(), Set.of("app", "tier")));
        assertThat(follower.run()).isEqualTo(new ReferenceFollower.Result(1, 1, 1));
        assertThat(topics.written).containsExactly("organisation org2: enabled key tier added");

        tables.broken.clear();
        assertThat(follower.run()).isEqualTo(new ReferenceFollower.Result(2, 0, 1));
        assertThat(topics.records.of(ReferenceKind.ENABLED_KEY, "org1")).isEmpty();
    }

    @Test
    void shouldLeaveOrganisationsThatItDoesNotKnowAsTheyAre() throws Exception {
        final ReferenceKey everywhere = new ReferenceKey("", "everywhere");
        final ReferenceKey elsewhere = new ReferenceKey("org9", "elsewhere");
        topics.records.put(ReferenceKind.ENABLED_KEY, everywhere, ReferenceJson.enabledKey());
        topics.records.put(ReferenceKind.ENABLED_KEY, elsewhere, ReferenceJson.enabledKey());
        follower.run();
        tables.sets.remove("org2");
        follower.run();
        for (final String organisation : List.of("", "org9", "org2")) {
            assertThat(topics.records.of(ReferenceKind.ENABLED_KEY, organisation))
                    .hasSize(1);
        }
    }

    @Test
    void shouldPublishNothingDuringAnOutage() throws Exception {
        follower.run();
        topics.written.clear();
        tables.reachable = false;
        assertThatThrownBy(follower::run).isInstanceOf(SQLException.class);
        tables.reachable = true;
        topics.down = true;
        assertThatThrownBy(follower::run).isInstanceOf(KafkaException.class);
        assertThat(topics.written).isEmpty();
    }

    @Test
    void shouldNameOrganisationsAsObjectKeysDo() {
        assertThat(ReferenceSource.Organisation.of("org1234567").name()).isEqualTo("org1234567");
        assertThat(ReferenceSource.Organisation.of("acct10001"))
                .isEqualTo(new ReferenceSource.Organisation("10001", "acct10001"));
    }
}
