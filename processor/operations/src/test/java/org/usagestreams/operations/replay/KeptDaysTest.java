package org.usagestreams.operations.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.reference.ReferenceDifference;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.reference.ReferenceState;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.settings.Settings;
import org.usagestreams.wire.chunk.DayKey;

/** Rows of days that do not count stay, though no version of the program can derive them. */
class KeptDaysTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);
    private static final String SOURCE = "00000000-0000-4000-8000-000000000001";
    private static final YearMonth OCTOBER = YearMonth.of(2026, 10);

    private final ReferenceState reference = new ReferenceState();

    @BeforeEach
    void know() {
        follow(Map.of(SOURCE, new Cluster("c1", null, Map.of())), 2);
    }

    private void follow(Map<String, Cluster> clusters, Integer months) {
        final ReferenceSet set = new ReferenceSet(
                "org1",
                Optional.of(clusters),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new ClusterRetention(months, Set.of(OCTOBER.plusMonths(1)), Set.of()));
        ReferenceDifference.between(reference, List.of(set), ReferenceDifference.Mode.FOLLOW)
                .forEach(change -> reference.put(change.kind(), change.key(), change.after()));
    }

    private boolean isKept(Map<String, String> settings, String organisation, LocalDate date) {
        return new KeptDays(Settings.of(settings), reference, TODAY).contains(new DayKey(organisation, SOURCE, date));
    }

    @Test
    void shouldGoByTheDaysThatAreRemembered() {
        final Map<String, String> settings = Map.of("retention.days", "30");
        assertThat(isKept(settings, "org2", TODAY.minusDays(30))).isTrue();
        assertThat(isKept(settings, "org2", TODAY.minusDays(31))).isFalse();
    }

    @Test
    void shouldGoByTheMonthsThatTheOrganisationKeeps() {
        assertThat(isKept(Map.of(), "org1", OCTOBER.atDay(1))).isTrue();
        assertThat(isKept(Map.of(), "org1", OCTOBER.atDay(1).minusDays(1))).isFalse();
        assertThat(isKept(Map.of(), "org2", OCTOBER.atDay(1).minusDays(1))).isTrue();
        assertThat(isKept(Map.of("retention.months", "1"), "org1", OCTOBER.atEndOfMonth()))
                .isFalse();
        assertThat(isKept(
                        Map.of("retention.months", "3"),
                        "org1",
                        OCTOBER.atDay(1).minusDays(1)))
                .isTrue();
    }

    @Test
    void shouldNotCountMonthsThatWerePurged() {
        follow(Map.of(SOURCE, new Cluster("c1", null, Map.of())), 12);
        final ReferenceSet purged = new ReferenceSet(
                "org1",
                Optional.of(Map.of(SOURCE, new Cluster("c1", null, Map.of()))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new ClusterRetention(12, Set.of(OCTOBER), Set.of()));
        ReferenceDifference.between(reference, List.of(purged), ReferenceDifference.Mode.FOLLOW)
                .forEach(change -> reference.put(change.kind(), change.key(), change.after()));
        assertThat(isKept(Map.of(), "org1", OCTOBER.atDay(1))).isTrue();
        assertThat(isKept(Map.of(), "org1", TODAY)).isFalse();
    }

    @Test
    void shouldNotCountASourceThatWasRemoved() {
        follow(Map.of(), 2);
        assertThat(isKept(Map.of(), "org1", TODAY)).isFalse();
        assertThat(isKept(Map.of(), "org2", TODAY)).isTrue();
    }
}
