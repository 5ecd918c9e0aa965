package org.usagestreams.summarizer.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.DaySliceStatus;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.Ignored;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.Loaded;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.Replaced;
import org.usagestreams.wire.message.SliceStatus;
import org.usagestreams.wire.message.Split;

/** The life of an object's versions. */
class ObjectEntriesTest {
    private final ObjectFixture object = new ObjectFixture();

    @Test
    void shouldGoFromReceivedToLoaded() {
        object.received("a", 1);
        object.split("a", 1, 10, 11);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        object.status("a", 1, 11, SliceStatus.COUNTED);
        object.loaded("a", 1);
        assertEquals(
                List.of("RECEIVED", "SPLIT", "COUNTED", "LOADED"),
                object.changed.stream().map(LedgerEntry::getState).toList());
        assertEquals(
                List.of(1L, 2L, 3L, 4L),
                object.changed.stream().map(LedgerEntry::getRevision).toList());
    }

    @Test
    void shouldNotCountBeforeEachOfItsDaysHasSaidSo() {
        object.split("a", 1, 10, 11);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        assertEquals(Map.of("a", "SPLIT"), object.states());
        object.status("a", 1, 11, SliceStatus.OTHER_MANIFEST);
        assertEquals(Map.of("a", "COUNTED"), object.states(), "one day suffices where the other one has better");
    }

    @Test
    void shouldNotGoBackOnRedelivery() {
        object.split("a", 1, 10);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        object.loaded("a", 1);
        final int before = object.changed.size();
        object.received("a", 1);
        object.split("a", 1, 10);
        assertEquals(Map.of("a", "LOADED"), object.states());
        assertEquals(before, object.changed.size(), "nobody hears of it");
    }

    @Test
    void shouldBeginAnewWithANewerEventOfTheSameContentsAndPassOverAnOlderOne() {
        object.split("a", 5, 10);
        object.status("a", 5, 10, SliceStatus.COUNTED);
        object.received("a", 3);
        object.status("a", 3, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "COUNTED"), object.states());
        object.split("a", 9, 10);
        assertEquals(Map.of("a", "SPLIT"), object.states());
    }

    @Test
    void shouldNotTakeALoadedOfAnEarlierCountForThisOne() {
        object.split("a", 1, 10);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        final long first = object.ledger.getEntries(0).getCountedMillis();
        object.status("a", 1, 10, SliceStatus.OTHER_MANIFEST);
        assertEquals(Map.of("a", "SUPERSEDED"), object.states());
        assertEquals("a winning manifest", object.ledger.getEntries(0).getReason());
        object.status("a", 1, 10, SliceStatus.COUNTED);
        object.apply(object.fact("a", 1).setLoaded(Loaded.newBuilder().setCountedMillis(first)));
        assertEquals(Map.of("a", "COUNTED"), object.states(), "what was published since is not loaded yet");
        object.loaded("a", 1);
        assertEquals(Map.of("a", "LOADED"), object.states());
    }

    @Test
    void shouldSayWhatWasRemovedAndWhatWasOnlySuperseded() {
        object.split("a", 1, 10);
        object.split("b", 2, 10);
        object.gone("", 3);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "REMOVED"), object.states());
        assertEquals(3, object.ledger.getEntries(1).getRemovedMillis());
        object.split("c", 4, 10);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "REMOVED", "c", "SPLIT"), object.states());
    }

    @Test
    void shouldKnowARemovalWhoseCreationWasNeverHeardOf() {
        object.gone("", 3);
        assertEquals(Map.of("", "REMOVED"), object.states());
        object.received("a", 2);
        assertEquals(Map.of("", "REMOVED", "a", "REMOVED"), object.states(), "it came late");
    }

    @Test
    void shouldSettleTheDeadLetterOfAFailureThatNoLongerHolds() {
        object.failed("bad", 1, "dead letter-1");
        assertEquals(Map.of("bad", "FAILED"), object.states());
        object.failed("bad", 1, "dead letter-2");
        assertEquals(List.of("dead letter-1"), object.settled, "delivered again, it has another dead letter");
        object.split("good", 2, 10);
        assertEquals(Map.of("bad", "SUPERSEDED", "good", "SPLIT"), object.states());
        assertEquals(List.of("dead letter-1", "dead letter-2"), object.settled);
    }

    @Test
    void shouldSettleTheDeadLetterWhenARetrySucceeds() {
        object.failed("a", 1, "dead letter");
        object.split("a", 2, 10);
        assertEquals(Map.of("a", "SPLIT"), object.states());
        assertEquals(List.of("dead letter"), object.settled);
    }

    @Test
    void shouldFailWhereADayRejectsIt() {
        object.split("a", 1, 10, 11);
        object.status("a", 1, 11, SliceStatus.COUNTED);
        object.apply(object.fact("a", 1)
                .setSliceStatus(DaySliceStatus.newBuilder()
                        .setDate(10)
                        .setStatus(SliceStatus.REJECTED)
                        .setFailed(Failed.newBuilder()
                                .setStep("SUMMARISE")
                                .setReason("a chunk")
                                .setDeadLetter("dead letter"))));
        assertEquals(Map.of("a", "FAILED"), object.states());
        final String json = new String(LedgerJson.value(object.ledger.getEntries(0)), StandardCharsets.UTF_8);
        assertTrue(json.contains("\"failed_step\":\"SUMMARISE\",\"dead_letter\":\"dead letter\""), json);
    }

    @Test
    void shouldCiteNoDeadLetterThatWasDiscarded() {
        object.failed("a", 1, "dead letter");
        object.split("b", 2, 10);
        object.apply(object.fact("b", 2)
                .setSliceStatus(DaySliceStatus.newBuilder()
                        .setDate(10)
                        .setStatus(SliceStatus.REJECTED)
                        .setFailed(Failed.newBuilder()
                                .setStep("SUMMARISE")
                                .setReason("a chunk")
                                .setDeadLetter("another"))));
        object.changed.clear();
        object.settled.clear();
        object.discarded("no such dead letter");
        assertEquals(List.of(), object.changed);
        object.discarded("another");
        object.discarded("dead letter");
        assertEquals(Map.of("a", "SUPERSEDED", "b", "FAILED"), object.states());
        assertEquals(List.of(), object.settled, "who discarded it has removed it");
        final String json = new String(LedgerJson.value(object.changed.get(0)), StandardCharsets.UTF_8);
        assertTrue(json.contains("\"reason\":\"a chunk\""), json);
        assertTrue(json.contains("\"failed_step\":\"SUMMARISE\",\"dead_letter\":null"), json);
        assertEquals(1, object.changed.size(), "a is not FAILED any more, so nothing was cited");
    }

    @Test
    void shouldKeepOnlyTheDeadLetterThatIsWrittenAfterOneWasDiscarded() {
        object.failed("a", 1, "dead letter");
        object.discarded("dead letter");
        assertEquals(Map.of("a", "FAILED"), object.states());
        object.failed("a", 1, "later");
        object.discarded("dead letter");
        assertEquals("later", object.ledger.getEntries(0).getFailed().getDeadLetter());
    }

    @Test
    void shouldTellIgnoredAndReplaced() {
        object.apply(object.fact("a", 1).setIgnored(Ignored.newBuilder().setReason("no report")));
        object.apply(object.fact("b", 2).setReplaced(Replaced.getDefaultInstance()));
        assertEquals(Map.of("a", "IGNORED", "b", "SUPERSEDED"), object.states());
    }

    @Test
    void shouldRemoveOneVersionAndLeaveTheOthers() {
        object.apply(ObjectFact.newBuilder()
                .setVersion(ObjectFixture.version("a", 1).toBuilder().setVersionId("v1"))
                .setSplit(Split.newBuilder().addDates(10)));
        object.apply(ObjectFact.newBuilder()
                .setVersion(ObjectFixture.version("b", 2).toBuilder().setVersionId("v2"))
                .setSplit(Split.newBuilder().addDates(10)));
        object.apply(ObjectFact.newBuilder()
                .setVersion(ObjectFixture.version("", 3).toBuilder().setVersionId("v2"))
                .setGone(Gone.newBuilder().setVersionOnly(true)));
        object.apply(ObjectFact.newBuilder()
                .setVersion(ObjectFixture.version("a", 3).toBuilder().setVersionId("v1"))
                .setSplit(Split.newBuilder().addDates(10)));
        assertEquals(Map.of("a", "SPLIT", "b", "REMOVED"), object.states());
    }

    @Test
    void shouldLeaveSupersededWhatWasPastWhenADeleteMarkerIsRemoved() {
        object.split("a", 1, 10);
        object.split("b", 2, 10);
        object.gone("", 3);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "REMOVED"), object.states());
        object.split("b", 4, 10);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "SPLIT"), object.states());
    }

    @Test
    void shouldForgetTheOldestPastVersionsButNoneWhoseRowsStand() {
        object.split("stands", 1, 10);
        object.status("stands", 1, 10, SliceStatus.COUNTED);
        for (int i = 2; i < 20; i++) {
            object.split("v" + i, i, 11);
            if (i < 19) {
                object.status("v" + i, i, 11, SliceStatus.LEFT);
            }
        }
        assertEquals(ObjectFixture.LIMIT, object.ledger.getEntriesCount());
        assertTrue(object.states().containsKey("stands"));
        assertEquals("SPLIT", object.states().get("v19"));
    }

    @Test
    void shouldBoundEntriesThatAreNeverSettled() {
        for (int i = 1; i < 1_000; i++) {
            object.received("v" + i, i);
        }
        assertEquals(4 * ObjectFixture.LIMIT, object.ledger.getEntriesCount());
        assertEquals("RECEIVED", object.states().get("v999"));
    }
}
