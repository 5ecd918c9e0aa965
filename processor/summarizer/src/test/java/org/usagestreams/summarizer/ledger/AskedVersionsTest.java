package org.usagestreams.summarizer.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.Replaced;
import org.usagestreams.wire.notification.BucketEvent;

/** Versions that the splitter is asked for again, because the ledger cannot tell which one is current. */
class AskedVersionsTest {
    private final ObjectFixture object = new ObjectFixture();

    /** The clock of a node of the store was ahead when the first version came. */
    @Test
    void shouldAskForAVersionThatIsCurrentAndHasAnOlderEvent() {
        object.split("ahead", 60_000, 10);
        object.split("later", 1_000, 10);
        assertEquals(Map.of("ahead", "SPLIT", "later", "SPLIT"), object.states(), "wait must not end");
        assertEquals(1, object.asked.size());
        final BucketEvent event = object.asked.get(0);
        assertEquals("later", event.etag());
        assertEquals(60_001, event.time().toEpochMilli());
        assertEquals(1_000, event.mark().uploaded().toEpochMilli(), "rule 3 has the time of the upload");
        object.split("later", 60_001, 10);
        assertEquals(Map.of("ahead", "SUPERSEDED", "later", "SPLIT"), object.states());
        assertEquals(1, object.asked.size());
    }

    @Test
    void shouldAskForAnObjectThatCameBackWithAnEventOlderThanItsRemoval() {
        object.split("a", 1_000, 10);
        object.gone("", 60_000);
        object.split("b", 2_000, 10);
        assertEquals("SPLIT", object.states().get("b"));
        assertEquals(List.of("b"), object.asked.stream().map(BucketEvent::etag).toList());
        assertEquals(60_001, object.asked.get(0).time().toEpochMilli());
    }

    @Test
    void shouldNotAskForAVersionThatWasReplacedMeanwhile() {
        object.split("ahead", 60_000, 10);
        object.split("later", 1_000, 10);
        object.apply(object.fact("later", 60_001).setReplaced(Replaced.getDefaultInstance()));
        assertEquals("SUPERSEDED", object.states().get("later"));
        assertEquals(1, object.asked.size());
    }

    @Test
    void shouldNotAskForTheVersionThatHolds() {
        object.split("a", 1_000, 10);
        object.split("b", 2_000, 10);
        object.current("b", 3_000, true);
        assertEquals(List.of(), object.asked);
    }

    @Test
    void shouldAskForAVersionThatCameBackWithItsOwnTimeOfUpload() {
        object.split("a", 1_234, 10);
        object.split("b", 2_000, 10);
        object.current("a", 3_000, true);
        assertEquals(List.of("a"), object.asked.stream().map(BucketEvent::etag).toList());
        assertEquals(1_234, object.asked.get(0).mark().uploaded().toEpochMilli());
    }

    @Test
    void shouldAskForAnUnknownVersionOnlyWhereItsNotificationMayNotCome() {
        object.split("a", 1_000, 10);
        object.current("b", 2_000, false);
        assertEquals(List.of(), object.asked);
        object.current("b", 2_000, true);
        assertEquals(List.of("b"), object.asked.stream().map(BucketEvent::etag).toList());
        assertEquals("RECEIVED", object.states().get("b"));
    }

    @Test
    void shouldLeaveVersionsThatComeLateAsTheyAre() {
        object.split("b", 2_000, 10);
        object.apply(object.fact("a", 1_000).setReplaced(Replaced.getDefaultInstance()));
        assertEquals("SUPERSEDED", object.states().get("a"));
        assertEquals(List.of(), object.asked);
    }
}
