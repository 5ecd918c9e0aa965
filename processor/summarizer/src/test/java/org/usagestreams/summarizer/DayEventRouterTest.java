package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.usagestreams.reference.ReferenceScope;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.SliceEnd;

class DayEventRouterTest {
    private static final DayKey DAY = new DayKey("org-1", "source-1", LocalDate.parse("2025-11-03"));
    private static final DayKey OTHER = new DayKey("org-2", "source-2", LocalDate.parse("2025-11-04"));
    private static final ChunkKey END = ChunkKey.end(DAY, "0".repeat(32), "1".repeat(32));

    private final Set<ChunkKey> ends = new HashSet<>();
    private final Set<ChunkKey> summarised = new HashSet<>();
    private final Set<DayKey> refused = new HashSet<>();
    private final Set<DayKey> full = new HashSet<>();
    private final List<String> effects = new ArrayList<>();
    private final DayEventRouter router = new DayEventRouter(new State(), new Effects());

    private final class State implements DayEventRouter.State {
        @Override
        public boolean hasEnd(ChunkKey key) {
            return ends.contains(key);
        }

        @Override
        public boolean isSummarised(ChunkKey end) {
            return summarised.contains(end);
        }

        @Override
        public boolean isRefused(DayKey day) {
            return refused.contains(day);
        }

        @Override
        public boolean isFull(DayKey day, SliceEnd end) {
            return full.contains(day);
        }

        @Override
        public void forEachDay(ReferenceScope scope, Consumer<DayKey> action) {
            Stream.of(DAY, OTHER).filter(scope::includes).forEach(action);
        }
    }

    private final class Effects implements DayEventRouter.Effects {
        @Override
        public void markDirty(DayKey day) {
            effects.add("mark " + day.source());
        }

        @Override
        public void recompute(DayKey day) {
            effects.add("recompute " + day.source());
        }

        @Override
        public void refuse(DayKey day, SliceEnd end) {
            effects.add("refuse " + day.source());
        }

        @Override
        public void refuseFurther(DayKey day, SliceEnd end) {
            effects.add("refuse further " + day.source());
        }

        @Override
        public void tellSlice(DayKey day, SliceEnd end) {
            effects.add("tell " + day.source());
        }

        @Override
        public void tellLeft(DayKey day, SliceEnd end) {
            effects.add("left " + day.source());
        }

        @Override
        public void deadLetter(DayEvent.Unreadable record) {
            effects.add("dead letter " + record.key());
        }
    }

    private List<String> route(DayEvent event) {
        effects.clear();
        router.route(event);
        return effects;
    }

    @Test
    void shouldMarkADayAtTheEndOfASliceAndTellIt() {
        assertThat(route(new DayEvent.SliceEnded(END, SliceEnd.getDefaultInstance())))
                .containsExactly("tell source-1", "mark source-1");
    }

    @Test
    void shouldRefuseASliceBeyondRetentionAndMarkNothing() {
        refused.add(DAY);
        assertThat(route(new DayEvent.SliceEnded(END, SliceEnd.getDefaultInstance())))
                .containsExactly("refuse source-1");
    }

    @Test
    void shouldRefuseAFurtherObjectOfADayThatIsFull() {
        full.add(DAY);
        assertThat(route(new DayEvent.SliceEnded(END, SliceEnd.getDefaultInstance())))
                .containsExactly("refuse further source-1");
    }

    @Test
    void shouldMarkADayForAChunkOnlyAfterTheEndOfItsSlice() {
        assertThat(route(new DayEvent.ChunkArrived(END))).isEmpty();
        ends.add(END);
        assertThat(route(new DayEvent.ChunkArrived(END))).containsExactly("mark source-1");
    }

    @Test
    void shouldMarkADayWhereASliceLeavesThatItWasSummarisedWith() {
        summarised.add(END);
        assertThat(route(new DayEvent.SliceLeft(END, SliceEnd.getDefaultInstance())))
                .containsExactly("mark source-1");
    }

    @Test
    void shouldTellAtOnceThatASliceLeftWhichNoSummaryHad() {
        assertThat(route(new DayEvent.SliceLeft(END, SliceEnd.getDefaultInstance())))
                .containsExactly("left source-1");
        assertThat(route(new DayEvent.SliceLeft(END, null))).isEmpty();
        refused.add(DAY);
        assertThat(route(new DayEvent.SliceLeft(END, SliceEnd.getDefaultInstance())))
                .isEmpty();
    }

    @Test
    void shouldMarkTheDaysThatReferenceDataIsAbout() {
        assertThat(route(new DayEvent.ReferenceChanged(new ReferenceScope("", "source-2", null))))
                .containsExactly("mark source-2");
        assertThat(route(new DayEvent.ReferenceChanged(new ReferenceScope("org-1", null, null))))
                .containsExactly("mark source-1");
        assertThat(route(new DayEvent.ReferenceChanged(ReferenceScope.ALL)))
                .containsExactly("mark source-1", "mark source-2");
        assertThat(route(new DayEvent.ReferenceChanged(
                        new ReferenceScope("", "source-2", Set.of(YearMonth.of(2024, 12))))))
                .as("no day of that month")
                .isEmpty();
    }

    @Test
    void shouldTellCommandsAndWhatCannotBeReadApart() {
        assertThat(route(new DayEvent.Recompute(OTHER))).containsExactly("recompute source-2");
        assertThat(route(new DayEvent.Unreadable("nonsense", null, "why"))).containsExactly("dead letter nonsense");
        assertThat(route(new DayEvent.NothingChanged())).isEmpty();
    }
}
