package org.usagestreams.summarizer.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.Current;
import org.usagestreams.wire.message.DaySliceStatus;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.Ignored;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.Loaded;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectLedger;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Received;
import org.usagestreams.wire.message.Replaced;
import org.usagestreams.wire.message.SliceStatus;
import org.usagestreams.wire.message.Split;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.MalformedNotificationException;
import org.usagestreams.wire.notification.NotificationParser;

/** The life of an object's versions. */
class ObjectEntriesTest {
    private static final int LIMIT = 4;

    private ObjectLedger ledger = ObjectLedger.getDefaultInstance();
    private long now = 1_000_000;
    private final List<LedgerEntry> changed = new ArrayList<>();
    private final List<String> settled = new ArrayList<>();
    private final List<BucketEvent> asked = new ArrayList<>();

    private static ObjectVersion version(String etag, long time) {
        return ObjectVersion.newBuilder()
                .setBucket("b")
                .setKey("k")
                .setEtag(etag)
                .setEventTimeMillis(time)
                .setUploadedMillis(time)
                .build();
    }

    private ObjectFact.Builder fact(String etag, long time) {
        return ObjectFact.newBuilder().setVersion(version(etag, time)).setFoundMillis(now++);
    }

    private void apply(ObjectFact.Builder fact) {
        final ObjectEntries.Change change = ObjectEntries.apply(ledger, fact.build(), LIMIT);
        ledger = change.ledger();
        changed.addAll(change.changed());
        settled.addAll(change.settled());
        for (final ObjectEntries.Asked record : change.asked()) {
            try {
                asked.addAll(NotificationParser.parse(record.value()));
            } catch (MalformedNotificationException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void current(String etag, long time, boolean readUnknown) {
        apply(fact(etag, time).setCurrent(Current.newBuilder().setReadUnknown(readUnknown)));
    }

    /** The clock of a node of the store was ahead when the first version came. */
    @Test
    void shouldAskForAVersionThatIsCurrentAndHasAnOlderEvent() {
        split("ahead", 60_000, 10);
        split("later", 1_000, 10);
        assertEquals(Map.of("ahead", "SPLIT", "later", "SPLIT"), states(), "wait must not end");
        assertEquals(1, asked.size());
        final BucketEvent event = asked.get(0);
        assertEquals("later", event.etag());
        assertEquals(60_001, event.time().toEpochMilli());
        assertEquals(1_000, event.mark().uploaded().toEpochMilli(), "rule 3 has the time of the upload");
        split("later", 60_001, 10);
        assertEquals(Map.of("ahead", "SUPERSEDED", "later", "SPLIT"), states());
        assertEquals(1, asked.size());
    }

    @Test
    void shouldAskForAnObjectThatCameBackWithAnEventOlderThanItsRemoval() {
        split("a", 1_000, 10);
        gone("", 60_000);
        split("b", 2_000, 10);
        assertEquals("SPLIT", states().get("b"));
        assertEquals(List.of("b"), asked.stream().map(BucketEvent::etag).toList());
        assertEquals(60_001, asked.get(0).time().toEpochMilli());
    }

    @Test
    void shouldNotAskForAVersionThatWasReplacedMeanwhile() {
        split("ahead", 60_000, 10);
        split("later", 1_000, 10);
        apply(fact("later", 60_001).setReplaced(Replaced.getDefaultInstance()));
        assertEquals("SUPERSEDED", states().get("later"));
        assertEquals(1, asked.size());
    }

    @Test
    void shouldNotAskForTheVersionThatHolds() {
        split("a", 1_000, 10);
        split("b", 2_000, 10);
        current("b", 3_000, true);
        assertEquals(List.of(), asked);
    }

    @Test
    void shouldAskForAVersionThatCameBackWithItsOwnTimeOfUpload() {
        split("a", 1_234, 10);
        split("b", 2_000, 10);
        current("a", 3_000, true);
        assertEquals(List.of("a"), asked.stream().map(BucketEvent::etag).toList());
        assertEquals(1_234, asked.get(0).mark().uploaded().toEpochMilli());
    }

    @Test
    void shouldAskForAnUnknownVersionOnlyWhereItsNotificationMayNotCome() {
        split("a", 1_000, 10);
        current("b", 2_000, false);
        assertEquals(List.of(), asked);
        current("b", 2_000, true);
        assertEquals(List.of("b"), asked.stream().map(BucketEvent::etag).toList());
        assertEquals("RECEIVED", states().get("b"));
    }

    @Test
    void shouldLeaveVersionsThatComeLateAsTheyAre() {
        split("b", 2_000, 10);
        apply(fact("a", 1_000).setReplaced(Replaced.getDefaultInstance()));
        assertEquals("SUPERSEDED", states().get("a"));
        assertEquals(List.of(), asked);
    }

    private void received(String etag, long time) {
        apply(fact(etag, time).setReceived(Received.getDefaultInstance()));
    }

    private void split(String etag, long time, Integer... dates) {
        apply(fact(etag, time).setSplit(Split.newBuilder().setRows(7).addAllDates(List.of(dates))));
    }

    private void status(String etag, long time, int date, SliceStatus status) {
        apply(fact(etag, time)
                .setSliceStatus(DaySliceStatus.newBuilder().setDate(date).setStatus(status)));
    }

    private void failed(String etag, long time, String deadLetter) {
        apply(fact(etag, time)
                .setFailed(Failed.newBuilder()
                        .setStep("SPLIT")
                        .setReason("no Parquet")
                        .setDeadLetter(deadLetter)));
    }

    private void gone(String etag, long time) {
        apply(fact(etag, time).setGone(Gone.getDefaultInstance()));
    }

    private void loaded(String etag, long time) {
        final long counted = ledger.getEntriesList().stream()
                .filter(entry -> entry.getVersion().getEtag().equals(etag))
                .mapToLong(LedgerEntry::getCountedMillis)
                .findFirst()
                .orElseThrow();
        apply(fact(etag, time).setLoaded(Loaded.newBuilder().setCountedMillis(counted)));
    }

    private Map<String, String> states() {
        final Map<String, String> states = new TreeMap<>();
        ledger.getEntriesList().forEach(entry -> states.put(entry.getVersion().getEtag(), entry.getState()));
        return states;
    }

    @Test
    void shouldGoFromReceivedToLoaded() {
        received("a", 1);
        split("a", 1, 10, 11);
        status("a", 1, 10, SliceStatus.COUNTED);
        status("a", 1, 11, SliceStatus.COUNTED);
        loaded("a", 1);
        assertEquals(
                List.of("RECEIVED", "SPLIT", "COUNTED", "LOADED"),
                changed.stream().map(LedgerEntry::getState).toList());
        assertEquals(
                List.of(1L, 2L, 3L, 4L),
                changed.stream().map(LedgerEntry::getRevision).toList());
    }

    @Test
    void shouldNotCountBeforeEachOfItsDaysHasSaidSo() {
        split("a", 1, 10, 11);
        status("a", 1, 10, SliceStatus.COUNTED);
        assertEquals(Map.of("a", "SPLIT"), states());
        status("a", 1, 11, SliceStatus.OTHER_MANIFEST);
        assertEquals(Map.of("a", "COUNTED"), states(), "one day suffices where the other one has better");
    }

    @Test
    void shouldNotCountWhileAnOlderVersionIsToAppearOnAnotherDate() {
        split("a", 1, 10, 12);
        split("b", 2, 11);
        status("b", 2, 11, SliceStatus.COUNTED);
        assertEquals("SPLIT", states().get("b"), "no day has said anything of a yet");
        status("a", 1, 10, SliceStatus.LEFT);
        status("a", 1, 12, SliceStatus.COUNTED);
        assertEquals("SPLIT", states().get("b"));
        status("a", 1, 12, SliceStatus.LEFT);
        assertEquals("COUNTED", states().get("b"));
    }

    @Test
    void shouldNotWaitForAnOlderVersionOnADateThatItReplacesItOn() {
        split("a", 1, 10);
        split("b", 2, 10, 11);
        status("b", 2, 10, SliceStatus.COUNTED);
        status("b", 2, 11, SliceStatus.COUNTED);
        assertEquals("COUNTED", states().get("b"));
    }

    @Test
    void shouldNotGoBackOnRedelivery() {
        split("a", 1, 10);
        status("a", 1, 10, SliceStatus.COUNTED);
        loaded("a", 1);
        final int before = changed.size();
        received("a", 1);
        split("a", 1, 10);
        assertEquals(Map.of("a", "LOADED"), states());
        assertEquals(before, changed.size(), "nobody hears of it");
    }

    @Test
    void shouldBeginAnewWithANewerEventOfTheSameContentsAndPassOverAnOlderOne() {
        split("a", 5, 10);
        status("a", 5, 10, SliceStatus.COUNTED);
        received("a", 3);
        status("a", 3, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "COUNTED"), states());
        split("a", 9, 10);
        assertEquals(Map.of("a", "SPLIT"), states());
    }

    @Test
    void shouldNotTakeALoadedOfAnEarlierCountForThisOne() {
        split("a", 1, 10);
        status("a", 1, 10, SliceStatus.COUNTED);
        final long first = ledger.getEntries(0).getCountedMillis();
        status("a", 1, 10, SliceStatus.OTHER_MANIFEST);
        assertEquals(Map.of("a", "SUPERSEDED"), states());
        assertEquals("a winning manifest", ledger.getEntries(0).getReason());
        status("a", 1, 10, SliceStatus.COUNTED);
        apply(fact("a", 1).setLoaded(Loaded.newBuilder().setCountedMillis(first)));
        assertEquals(Map.of("a", "COUNTED"), states(), "what was published since is not loaded yet");
        loaded("a", 1);
        assertEquals(Map.of("a", "LOADED"), states());
    }

    @Test
    void shouldCountANewVersionOnlyWhenTheOldOneHasLeftItsDays() {
        split("a", 1, 10);
        status("a", 1, 10, SliceStatus.COUNTED);
        split("b", 2, 11);
        status("b", 2, 11, SliceStatus.COUNTED);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "SPLIT"), states());
        status("a", 1, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "COUNTED"), states());
    }

    @Test
    void shouldLeaveAVersionAsItIsUntilTheNextOneIsRead() {
        split("a", 1, 10);
        status("a", 1, 10, SliceStatus.COUNTED);
        loaded("a", 1);
        received("b", 2);
        assertEquals(Map.of("a", "LOADED", "b", "RECEIVED"), states());
        split("b", 2);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "SPLIT"), states(), "its rows still stand");
        status("a", 1, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "COUNTED"), states(), "it has no line items at all");
    }

    @Test
    void shouldSayWhatWasRemovedAndWhatWasOnlySuperseded() {
        split("a", 1, 10);
        split("b", 2, 10);
        gone("", 3);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "REMOVED"), states());
        assertEquals(3, ledger.getEntries(1).getRemovedMillis());
        split("c", 4, 10);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "REMOVED", "c", "SPLIT"), states());
    }

    @Test
    void shouldKnowARemovalWhoseCreationWasNeverHeardOf() {
        gone("", 3);
        assertEquals(Map.of("", "REMOVED"), states());
        received("a", 2);
        assertEquals(Map.of("", "REMOVED", "a", "REMOVED"), states(), "it came late");
    }

    @Test
    void shouldSettleTheDeadLetterOfAFailureThatNoLongerHolds() {
        failed("bad", 1, "dead letter-1");
        assertEquals(Map.of("bad", "FAILED"), states());
        failed("bad", 1, "dead letter-2");
        assertEquals(List.of("dead letter-1"), settled, "delivered again, it has another dead letter");
        split("good", 2, 10);
        assertEquals(Map.of("bad", "SUPERSEDED", "good", "SPLIT"), states());
        assertEquals(List.of("dead letter-1", "dead letter-2"), settled);
    }

    @Test
    void shouldSettleTheDeadLetterWhenARetrySucceeds() {
        failed("a", 1, "dead letter");
        split("a", 2, 10);
        assertEquals(Map.of("a", "SPLIT"), states());
        assertEquals(List.of("dead letter"), settled);
    }

    @Test
    void shouldFailWhereADayRejectsIt() {
        split("a", 1, 10, 11);
        status("a", 1, 11, SliceStatus.COUNTED);
        apply(fact("a", 1)
                .setSliceStatus(DaySliceStatus.newBuilder()
                        .setDate(10)
                        .setStatus(SliceStatus.REJECTED)
                        .setFailed(Failed.newBuilder()
                                .setStep("SUMMARISE")
                                .setReason("a chunk")
                                .setDeadLetter("dead letter"))));
        assertEquals(Map.of("a", "FAILED"), states());
        final String json = new String(LedgerJson.value(ledger.getEntries(0)), StandardCharsets.UTF_8);
        assertTrue(json.contains("\"failed_step\":\"SUMMARISE\",\"dead_letter\":\"dead letter\""), json);
    }

    @Test
    void shouldTellIgnoredAndReplaced() {
        apply(fact("a", 1).setIgnored(Ignored.newBuilder().setReason("no report")));
        apply(fact("b", 2).setReplaced(Replaced.getDefaultInstance()));
        assertEquals(Map.of("a", "IGNORED", "b", "SUPERSEDED"), states());
    }

    @Test
    void shouldRemoveOneVersionAndLeaveTheOthers() {
        apply(ObjectFact.newBuilder()
                .setVersion(version("a", 1).toBuilder().setVersionId("v1"))
                .setSplit(Split.newBuilder().addDates(10)));
        apply(ObjectFact.newBuilder()
                .setVersion(version("b", 2).toBuilder().setVersionId("v2"))
                .setSplit(Split.newBuilder().addDates(10)));
        apply(ObjectFact.newBuilder()
                .setVersion(version("", 3).toBuilder().setVersionId("v2"))
                .setGone(Gone.newBuilder().setVersionOnly(true)));
        apply(ObjectFact.newBuilder()
                .setVersion(version("a", 3).toBuilder().setVersionId("v1"))
                .setSplit(Split.newBuilder().addDates(10)));
        assertEquals(Map.of("a", "SPLIT", "b", "REMOVED"), states());
    }

    @Test
    void shouldLeaveSupersededWhatWasPastWhenADeleteMarkerIsRemoved() {
        split("a", 1, 10);
        split("b", 2, 10);
        gone("", 3);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "REMOVED"), states());
        split("b", 4, 10);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "SPLIT"), states());
    }

    @Test
    void shouldForgetTheOldestPastVersionsButNoneWhoseRowsStand() {
        split("stands", 1, 10);
        status("stands", 1, 10, SliceStatus.COUNTED);
        for (int i = 2; i < 20; i++) {
            split("v" + i, i, 11);
            if (i < 19) {
                status("v" + i, i, 11, SliceStatus.LEFT);
            }
        }
        assertEquals(LIMIT, ledger.getEntriesCount());
        assertTrue(states().containsKey("stands"));
        assertEquals("SPLIT", states().get("v19"));
    }

    @Test
    void shouldWaitUntilAnEarlierEventOfTheSameContentsHasLeftADateThatTheNewOneDoesNotHave() {
        split("a", 1, 10, 11);
        status("a", 1, 10, SliceStatus.COUNTED);
        status("a", 1, 11, SliceStatus.COUNTED);
        // Replayed: the splitter's next program finds one date only.
        split("a", 5, 10);
        status("a", 5, 10, SliceStatus.COUNTED);
        status("a", 1, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "SPLIT"), states(), "rows of the earlier event stand on date 11");
        status("a", 1, 11, SliceStatus.LEFT);
        assertEquals(Map.of("a", "COUNTED"), states());
    }

    @Test
    void shouldWaitForAnEarlierEventThatWasCountedAfterTheNextOneWasHeardOf() {
        split("a", 1, 10, 11);
        split("a", 5, 10);
        status("a", 1, 11, SliceStatus.COUNTED);
        status("a", 5, 10, SliceStatus.COUNTED);
        assertEquals(Map.of("a", "SPLIT"), states());
        status("a", 1, 11, SliceStatus.FORGOTTEN);
        assertEquals(Map.of("a", "COUNTED"), states(), "what is forgotten never leaves");
    }

    @Test
    void shouldStayAsItIsWhenADateIsForgottenAndNotKeepTheNextVersionWaiting() {
        split("a", 1, 10, 11);
        status("a", 1, 10, SliceStatus.COUNTED);
        status("a", 1, 11, SliceStatus.COUNTED);
        loaded("a", 1);
        status("a", 1, 10, SliceStatus.FORGOTTEN);
        assertEquals(Map.of("a", "LOADED"), states());
        split("b", 2, 11);
        status("b", 2, 11, SliceStatus.COUNTED);
        assertEquals("SPLIT", states().get("b"), "date 11 still counts the old version");
        status("a", 1, 11, SliceStatus.LEFT);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "COUNTED"), states());
    }

    @Test
    void shouldTakeTheDatesOfTheLastSplittingOfAnEvent() {
        split("a", 1, 10, 11);
        status("a", 1, 10, SliceStatus.COUNTED);
        status("a", 1, 11, SliceStatus.COUNTED);
        split("a", 1, 11, 12);
        assertEquals(Map.of("a", "SPLIT"), states());
        status("a", 1, 12, SliceStatus.COUNTED);
        assertEquals(Map.of("a", "SPLIT"), states(), "date 10 still counts it");
        status("a", 1, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "COUNTED"), states());
    }

    @Test
    void shouldBoundEntriesThatAreNeverSettled() {
        for (int i = 1; i < 1_000; i++) {
            received("v" + i, i);
        }
        assertEquals(4 * LIMIT, ledger.getEntriesCount());
        assertEquals("RECEIVED", states().get("v999"));
    }
}
