package org.usagestreams.operations.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.deadletter.DeadLetter;

class DeadLetterSelectionTest {
    private static final DeadLetter LETTER = new DeadLetter(
            DeadLetter.Step.SPLIT,
            "the footer is cut off",
            new DeadLetter.ObjectOf("bucket", "data/a.parquet", "e", "", 1, 1),
            null,
            null,
            null,
            "2025-11-03T12:00:00Z");

    @Test
    void shouldMeanEveryDeadLetterWhereNothingIsSaid() {
        final DeadLetterSelection all = DeadLetterSelection.of(List.of());
        assertThat(all.isAll()).isTrue();
        assertThat(all.matches(LETTER)).isTrue();
        assertThat(DeadLetterSelection.of(List.of("1")).isAll()).isFalse();
    }

    @Test
    void shouldMeanThoseForWhichAllHolds() {
        final Instant before = Instant.parse("2025-11-03T11:59:59Z");
        assertThat(new DeadLetterSelection(null, "a.parquet", "footer", DeadLetter.Step.SPLIT, before, List.of())
                        .matches(LETTER))
                .isTrue();
        assertThat(new DeadLetterSelection(null, "b.parquet", null, null, null, List.of()).matches(LETTER))
                .isFalse();
        assertThat(new DeadLetterSelection(null, null, "header", null, null, List.of()).matches(LETTER))
                .isFalse();
        assertThat(new DeadLetterSelection(null, null, null, DeadLetter.Step.STORE, null, List.of()).matches(LETTER))
                .isFalse();
        assertThat(new DeadLetterSelection(null, null, null, null, Instant.parse(LETTER.time()), List.of())
                        .matches(LETTER))
                .isFalse();
    }

    @Test
    void shouldMeanObjectsAndDaysOfAnOrganisation() {
        final DeadLetterSelection ours = new DeadLetterSelection("org1", null, null, null, null, List.of());
        final String source = "00000000-0000-4000-8000-000000000001";
        final String rest = "/OCP/source=" + source + "/pod_usage/a.parquet";
        assertThat(ours.isAll()).isFalse();
        assertThat(ours.matches(ofObject("data/org1" + rest))).isTrue();
        assertThat(ours.matches(ofObject("data/org2" + rest))).isFalse();
        assertThat(ours.matches(ofInput("org1|" + source + "|2025-11-03"))).isTrue();
        assertThat(ours.matches(ofInput("org2|" + source + "|2025-11-03"))).isFalse();
        assertThat(ours.matches(ofInput("usage.notifications-0@12"))).isFalse();
        assertThat(ours.matches(ofInput(null))).isFalse();
    }

    private static DeadLetter ofObject(String key) {
        return new DeadLetter(
                DeadLetter.Step.SPLIT,
                "",
                new DeadLetter.ObjectOf("bucket", key, "", "", 1, 1),
                null,
                null,
                null,
                LETTER.time());
    }

    private static DeadLetter ofInput(String record) {
        return new DeadLetter(DeadLetter.Step.PUBLISH, "", null, null, record, null, LETTER.time());
    }

    @Test
    void shouldTakeWholeKeysAndTheirEnds() throws IOException {
        final Set<String> keys = new LinkedHashSet<>(List.of("bucket/a#1", "bucket/a#2", "bucket/b#31"));
        DeadLetterSelection.of(List.of("bucket/a#2", "31")).keep(keys);
        assertThat(keys).containsExactly("bucket/a#2", "bucket/b#31");
    }

    @Test
    void shouldRefuseAnIdThatIsNotThere() {
        final Set<String> keys = new LinkedHashSet<>(List.of("bucket/a#21"));
        assertThatThrownBy(() -> DeadLetterSelection.of(List.of("1")).keep(keys))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot find dead letter 1: it does not exist");
        assertThat(keys).hasSize(1);
    }
}
