package org.usagestreams.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.reference.ReferenceDifference.Mode;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;
import org.usagestreams.wire.chunk.DayKey;

class ReferenceDifferenceTest {
    private static final YearMonth OCTOBER = YearMonth.of(2025, 10);
    private static final YearMonth NOVEMBER = YearMonth.of(2025, 11);

    private final ReferenceState held = new ReferenceState();

    @BeforeEach
    void hold() {
        for (final String organisation : List.of("org1", "org2", "")) {
            apply(ReferenceDifference.between(
                    held,
                    List.of(new ReferenceSet(
                            organisation,
                            Optional.of(Map.of(
                                    "s1", new Cluster("c1", "One", Map.of(OCTOBER, 1)),
                                    "s2", new Cluster("c2", null, Map.of()))),
                            Optional.of(Set.of("app", "tier")),
                            Optional.of(List.of(new CostCategory("kube-%", 7))),
                            Optional.of(Map.of("app", "application")))),
                    Mode.REPLACE));
        }
    }

    private void apply(List<ReferenceChange> changes) {
        changes.forEach(change -> held.put(change.kind(), change.key(), change.after()));
    }

    private static ReferenceSet clusters(Map<String, Cluster> clusters) {
        return new ReferenceSet("org1", Optional.of(clusters), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private List<ReferenceChange> changes(ReferenceSet set, Mode mode) {
        return ReferenceDifference.between(held, List.of(set), mode);
    }

    private Stream<String> lines(ReferenceSet set, Mode mode) {
        return changes(set, mode).stream().map(ReferenceChange::toString);
    }

    private static ReferenceSet kept(Integer months, Map<YearMonth, Integer> periods, YearMonth... partitions) {
        return new ReferenceSet(
                "org1",
                Optional.of(Map.of("s1", new Cluster("c1", "One", periods))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new ClusterRetention(months, Set.of(partitions), Set.of()));
    }

    private ClusterRetention retention(String source) {
        return ReferenceJson.readRetention(
                held.of(ReferenceKind.CLUSTER, "org1").get(source));
    }

    @Test
    void shouldSeeThatAMonthWasPurged() {
        apply(changes(kept(3, Map.of(OCTOBER, 1, NOVEMBER, 2), OCTOBER, NOVEMBER), Mode.REPLACE));
        assertThat(retention("s1")).isEqualTo(new ClusterRetention(3, Set.of(OCTOBER, NOVEMBER), Set.of()));
        final List<ReferenceChange> purge = changes(kept(3, Map.of(NOVEMBER, 2), NOVEMBER), Mode.REPLACE);
        assertThat(purge)
                .extracting(ReferenceChange::toString)
                .containsExactly(
                        "organisation org1: cluster s1 changed: report period of 2025-10 1 → none, purged 2025-10");
        apply(purge);
        assertThat(retention("s1").purged()).containsExactly(OCTOBER);
        assertThat(changes(kept(3, Map.of(NOVEMBER, 2), NOVEMBER), Mode.REPLACE))
                .isEmpty();
        assertThat(lines(kept(6, Map.of(NOVEMBER, 2), OCTOBER, NOVEMBER), Mode.REPLACE))
                .containsExactly("organisation org1: cluster s1 changed: months kept 3 → 6, partition of 2025-10,"
                        + " no longer purged 2025-10");
    }

    @Test
    void shouldSummariseNothingForWhatIsKept() {
        final List<ReferenceChange> changes = changes(kept(3, Map.of(OCTOBER, 1), OCTOBER), Mode.REPLACE);
        assertThat(changes).first().satisfies(change -> {
            assertThat(change)
                    .hasToString("organisation org1: cluster s1 changed: months kept 3, partition of 2025-10");
            assertThat(change.scope()).isEmpty();
            assertThat(change.removes()).isFalse();
        });
    }

    @Test
    void shouldRememberWhatWasPurgedWhereAFileNamesTheCluster() {
        apply(changes(kept(3, Map.of(), OCTOBER, NOVEMBER), Mode.REPLACE));
        apply(changes(kept(3, Map.of(), NOVEMBER), Mode.REPLACE));
        final ClusterRetention before = retention("s1");
        assertThat(before.purged()).containsExactly(OCTOBER);
        for (final Mode mode : Mode.values()) {
            apply(changes(clusters(Map.of("s1", new Cluster("c1", "Two", Map.of(NOVEMBER, 2)))), mode));
            assertThat(retention("s1")).isEqualTo(before);
        }
    }

    @Test
    void shouldRememberThatCostManagementHasRemovedACluster() {
        final ReferenceSet left = clusters(Map.of("s1", new Cluster("c1", "One", Map.of(OCTOBER, 1))));
        final List<ReferenceChange> removal = changes(left, Mode.FOLLOW);
        assertThat(removal).singleElement().satisfies(change -> {
            assertThat(change).hasToString("organisation org1: cluster s2 removed");
            assertThat(change.daysInWords()).isEqualTo("no days");
            assertThat(change.removes()).isTrue();
        });
        apply(removal);
        assertThat(retention("s2").isRemoved()).isTrue();
        assertThat(changes(left, Mode.FOLLOW)).isEmpty();
        final Map<String, Cluster> back =
                Map.of("s1", new Cluster("c1", "One", Map.of(OCTOBER, 1)), "s2", new Cluster("c2", null, Map.of()));
        final List<ReferenceChange> changes = changes(clusters(back), Mode.FOLLOW);
        assertThat(changes).singleElement().satisfies(change -> assertThat(change.daysInWords())
                .isEqualTo("all days of source s2"));
        apply(changes);
        assertThat(retention("s2").isRemoved()).isFalse();
    }

    @Test
    void shouldChangeNothingWhereAllIsTheSame() {
        final ReferenceSet same = clusters(Map.of("s1", new Cluster("c1", "One", Map.of(OCTOBER, 1))));
        assertThat(changes(same, Mode.ADD)).isEmpty();
    }

    @Test
    void shouldKeepWhatIsNotNamed() {
        final ReferenceSet set = new ReferenceSet(
                "org1",
                Optional.of(Map.of("s1", new Cluster("c1", null, Map.of(NOVEMBER, 2)))),
                Optional.of(Set.of("team")),
                Optional.of(List.of(new CostCategory("shop", 8))),
                Optional.of(Map.of("app", "service")));
        assertThat(lines(set, Mode.ADD))
                .containsExactly(
                        "organisation org1: cluster s1 changed: report period of 2025-11 2",
                        "organisation org1: enabled key team added",
                        "organisation org1: cost category 8 of shop added",
                        "organisation org1: tag mapping of app changed: application → service");
        assertThat(changes(set, Mode.ADD)).noneMatch(ReferenceChange::removes);
        apply(changes(set, Mode.ADD));
        assertThat(ReferenceJson.readCluster(
                        held.of(ReferenceKind.CLUSTER, "org1").get("s1")))
                .contains(new Cluster("c1", "One", Map.of(OCTOBER, 1, NOVEMBER, 2)));
        assertThat(held.of(ReferenceKind.CLUSTER, "org1")).containsOnlyKeys("s1", "s2");
        assertThat(held.of(ReferenceKind.ENABLED_KEY, "org1")).containsOnlyKeys("app", "team", "tier");
    }

    @Test
    void shouldRemoveWhatIsNotNamedOfItsKindsAndItsOrganisationOnly() {
        final ReferenceSet set = clusters(Map.of("S1", new Cluster("c1", "One", Map.of(NOVEMBER, 2))));
        assertThat(lines(set, Mode.REPLACE))
                .containsExactly(
                        "organisation org1: cluster s1 changed: report period of 2025-10 1 → none, report period of"
                                + " 2025-11 2",
                        "organisation org1: cluster s2 removed");
        assertThat(changes(set, Mode.REPLACE)).allMatch(ReferenceChange::removes);
        apply(changes(set, Mode.REPLACE));
        for (final String other : List.of("org2", "")) {
            assertThat(held.of(ReferenceKind.CLUSTER, other)).containsOnlyKeys("s1", "s2");
        }
        assertThat(held.of(ReferenceKind.ENABLED_KEY, "org1")).containsOnlyKeys("app", "tier");
    }

    @Test
    void shouldSayWhatOfAClusterChangesAndWhichDaysThatAffects() {
        final ReferenceChange period = changes(
                        clusters(Map.of("s1", new Cluster("c1", "One", Map.of(OCTOBER, 5)))), Mode.ADD)
                .get(0);
        assertThat(period).hasToString("organisation org1: cluster s1 changed: report period of 2025-10 1 → 5");
        assertThat(period.daysInWords()).isEqualTo("the days of source s1 in 2025-10");
        assertThat(period.scope().orElseThrow().includes(new DayKey("org1", "s1", LocalDate.of(2025, 10, 31))))
                .isTrue();
        assertThat(period.scope().orElseThrow().includes(new DayKey("org1", "s1", LocalDate.of(2025, 11, 1))))
                .isFalse();

        final ReferenceChange alias = changes(clusters(Map.of("s1", new Cluster("c9", "New", Map.of()))), Mode.ADD)
                .get(0);
        assertThat(alias)
                .hasToString("organisation org1: cluster s1 changed: cluster_id c1 → c9, cluster_alias One → New");
        assertThat(alias.daysInWords()).isEqualTo("all days of source s1");

        final ReferenceChange key = changes(
                        new ReferenceSet(
                                "org1",
                                Optional.empty(),
                                Optional.of(Set.of("app")),
                                Optional.empty(),
                                Optional.empty()),
                        Mode.REPLACE)
                .get(0);
        assertThat(key).hasToString("organisation org1: enabled key tier removed");
        assertThat(key.daysInWords()).isEqualTo("all days of organisation org1");
    }

    @Test
    void shouldCountReportPeriodsThatAreTooManyForALine() {
        final Map<YearMonth, Integer> periods = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            periods.put(YearMonth.of(2024, 1).plusMonths(i), i);
        }
        assertThat(lines(clusters(Map.of("s2", new Cluster("c2", null, periods))), Mode.ADD))
                .singleElement()
                .asString()
                .endsWith("report period of 2024-06 5, 6 more report periods");
    }
}
