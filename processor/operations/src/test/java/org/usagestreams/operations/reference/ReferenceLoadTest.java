package org.usagestreams.operations.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.operations.reference.ReferenceLoad.Unnamed;
import org.usagestreams.reference.ReferenceChange;
import org.usagestreams.reference.ReferenceKind;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.reference.ReferenceState;
import org.usagestreams.reference.ReferenceTopics;
import org.usagestreams.wire.chunk.DayKey;

class ReferenceLoadTest {
    @TempDir
    private Path directory;

    private final ReferenceState held = new ReferenceState();
    private final List<String> lines = new ArrayList<>();
    private final List<DayKey> days = List.of(
            new DayKey("org1", "b", LocalDate.of(2025, 11, 1)),
            new DayKey("org1", "b", LocalDate.of(2025, 11, 2)),
            new DayKey("org1", "a", LocalDate.of(2025, 11, 1)),
            new DayKey("org2", "b", LocalDate.of(2025, 11, 1)));

    private final ReferenceTopics topics = new ReferenceTopics() {
        @Override
        public ReferenceState held() {
            return held;
        }

        @Override
        public void write(Collection<ReferenceChange> changes) {
            changes.forEach(change -> held.put(change.kind(), change.key(), change.after()));
        }
    };

    private final ReferenceLoad load = new ReferenceLoad(topics, () -> days, lines::add);

    private static boolean nobody(int removals) {
        throw new IllegalStateException("nobody can be asked about " + removals);
    }

    private List<ReferenceSet> file(String text) throws IOException {
        final Path file = directory.resolve("reference.yaml");
        Files.writeString(file, text);
        return ReferenceFile.read(file);
    }

    @BeforeEach
    void hold() throws IOException {
        load.run(file("""
                        - organisation: org1
                          clusters: [{source: a, cluster_id: ca}, {source: b, cluster_id: cb}]
                          enabled_keys: [app, tier]
                        - organisation: org2
                          clusters: [{source: b, cluster_id: cb}]
                        """), Unnamed.STAYS, ReferenceLoadTest::nobody);
        assertThat(lines).containsExactly("5 added, 0 changed, 0 removed");
        lines.clear();
    }

    private List<ReferenceSet> oneCluster() throws IOException {
        return file("{organisation: org1, clusters: [{source: a, cluster_id: changed}]}");
    }

    @Test
    void shouldAddAndChangeOnly() throws IOException {
        assertThat(load.run(oneCluster(), Unnamed.STAYS, ReferenceLoadTest::nobody))
                .isTrue();
        assertThat(lines)
                .containsExactly(
                        "0 added, 1 changed, 0 removed",
                        "The file does not name 1 existing records. They stay; --replace removes them.");
        assertThat(held.of(ReferenceKind.CLUSTER, "org1")).containsOnlyKeys("a", "b");
    }

    @Test
    void shouldPlanWithoutAChange() throws IOException {
        assertThat(load.plan(oneCluster(), Unnamed.GOES_IF_AGREED))
                .extracting(planned -> planned.change().toString(), ReferenceLoad.Planned::days)
                .containsExactlyInAnyOrder(
                        tuple("organisation org1: cluster a changed: cluster_id ca → changed", 1L),
                        tuple("organisation org1: cluster b removed", 2L));
        assertThat(lines).isEmpty();
        assertThat(held.of(ReferenceKind.CLUSTER, "org1")).containsOnlyKeys("a", "b");
    }

    @Test
    void shouldAskBeforeAnythingGoesAndSayWhat() throws IOException {
        assertThat(load.run(oneCluster(), Unnamed.GOES_IF_AGREED, removals -> false))
                .isFalse();
        assertThat(lines)
                .containsExactly(
                        "organisation org1: cluster b removed; affects all days of source b, 2 of them published",
                        "nothing was changed");
        assertThat(held.of(ReferenceKind.CLUSTER, "org1")).containsOnlyKeys("a", "b");
        assertThatThrownBy(() -> load.run(oneCluster(), Unnamed.GOES_IF_AGREED, ReferenceLoadTest::nobody))
                .isInstanceOf(IllegalStateException.class);
        assertThat(held.of(ReferenceKind.CLUSTER, "org1")).containsOnlyKeys("a", "b");

        assertThat(load.run(oneCluster(), Unnamed.GOES_IF_AGREED, removals -> removals == 1))
                .isTrue();
        assertThat(held.of(ReferenceKind.CLUSTER, "org1")).containsOnlyKeys("a");
        assertThat(held.of(ReferenceKind.CLUSTER, "org2")).containsOnlyKeys("b");
        assertThat(held.of(ReferenceKind.ENABLED_KEY, "org1")).containsOnlyKeys("app", "tier");
    }

    @Test
    void shouldNotAskWhereNothingGoes() throws IOException {
        assertThat(load.run(
                        file("{organisation: org1, enabled_keys: [app, tier, team]}"),
                        Unnamed.GOES_IF_AGREED,
                        ReferenceLoadTest::nobody))
                .isTrue();
        assertThat(lines).containsExactly("1 added, 0 changed, 0 removed");
    }

    @Test
    void shouldRemoveWithoutAQuestionWhatAWholeOrganisationDoesNotHave() throws IOException {
        load.run(file("{organisation: org1, enabled_keys: [app]}"), Unnamed.GOES, ReferenceLoadTest::nobody);
        assertThat(held.of(ReferenceKind.ENABLED_KEY, "org1")).containsOnlyKeys("app");
    }

    @Test
    void shouldChangeNothingInADryRun() throws IOException {
        load.dryRun(file("{organisation: org1, enabled_keys: [app, team]}"), Unnamed.GOES_IF_AGREED);
        assertThat(lines)
                .containsExactly(
                        "organisation org1: enabled key team added; affects all days of organisation org1, 3 of them"
                                + " published",
                        "organisation org1: enabled key tier removed; affects all days of organisation org1, 3 of them"
                                + " published",
                        "would be 1 added, 0 changed, 1 removed");
        assertThat(held.of(ReferenceKind.ENABLED_KEY, "org1")).containsOnlyKeys("app", "tier");
    }
}
