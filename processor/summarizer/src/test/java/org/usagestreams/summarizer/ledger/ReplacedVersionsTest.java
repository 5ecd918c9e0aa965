package org.usagestreams.summarizer.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.SliceStatus;

/** A version counts only when those that it replaces have left the days that they appear on. */
class ReplacedVersionsTest {
    private final ObjectFixture object = new ObjectFixture();

    @Test
    void shouldNotCountWhileAnOlderVersionIsToAppearOnAnotherDate() {
        object.split("a", 1, 10, 12);
        object.split("b", 2, 11);
        object.status("b", 2, 11, SliceStatus.COUNTED);
        assertEquals("SPLIT", object.states().get("b"), "no day has said anything of a yet");
        object.status("a", 1, 10, SliceStatus.LEFT);
        object.status("a", 1, 12, SliceStatus.COUNTED);
        assertEquals("SPLIT", object.states().get("b"));
        object.status("a", 1, 12, SliceStatus.LEFT);
        assertEquals("COUNTED", object.states().get("b"));
    }

    @Test
    void shouldNotWaitForAnOlderVersionOnADateThatItReplacesItOn() {
        object.split("a", 1, 10);
        object.split("b", 2, 10, 11);
        object.status("b", 2, 10, SliceStatus.COUNTED);
        object.status("b", 2, 11, SliceStatus.COUNTED);
        assertEquals("COUNTED", object.states().get("b"));
    }

    @Test
    void shouldCountANewVersionOnlyWhenTheOldOneHasLeftItsDays() {
        object.split("a", 1, 10);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        object.split("b", 2, 11);
        object.status("b", 2, 11, SliceStatus.COUNTED);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "SPLIT"), object.states());
        object.status("a", 1, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "COUNTED"), object.states());
    }

    @Test
    void shouldLeaveAVersionAsItIsUntilTheNextOneIsRead() {
        object.split("a", 1, 10);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        object.loaded("a", 1);
        object.received("b", 2);
        assertEquals(Map.of("a", "LOADED", "b", "RECEIVED"), object.states());
        object.split("b", 2);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "SPLIT"), object.states(), "its rows still stand");
        object.status("a", 1, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "COUNTED"), object.states(), "it has no line items at all");
    }

    @Test
    void shouldWaitUntilAnEarlierEventOfTheSameContentsHasLeftADateThatTheNewOneDoesNotHave() {
        object.split("a", 1, 10, 11);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        object.status("a", 1, 11, SliceStatus.COUNTED);
        // Replayed: the splitter's next program finds one date only.
        object.split("a", 5, 10);
        object.status("a", 5, 10, SliceStatus.COUNTED);
        object.status("a", 1, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "SPLIT"), object.states(), "rows of the earlier event stand on date 11");
        object.status("a", 1, 11, SliceStatus.LEFT);
        assertEquals(Map.of("a", "COUNTED"), object.states());
    }

    @Test
    void shouldWaitForAnEarlierEventThatWasCountedAfterTheNextOneWasHeardOf() {
        object.split("a", 1, 10, 11);
        object.split("a", 5, 10);
        object.status("a", 1, 11, SliceStatus.COUNTED);
        object.status("a", 5, 10, SliceStatus.COUNTED);
        assertEquals(Map.of("a", "SPLIT"), object.states());
        object.status("a", 1, 11, SliceStatus.FORGOTTEN);
        assertEquals(Map.of("a", "COUNTED"), object.states(), "what is forgotten never leaves");
    }

    @Test
    void shouldStayAsItIsWhenADateIsForgottenAndNotKeepTheNextVersionWaiting() {
        object.split("a", 1, 10, 11);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        object.status("a", 1, 11, SliceStatus.COUNTED);
        object.loaded("a", 1);
        object.status("a", 1, 10, SliceStatus.FORGOTTEN);
        assertEquals(Map.of("a", "LOADED"), object.states());
        object.split("b", 2, 11);
        object.status("b", 2, 11, SliceStatus.COUNTED);
        assertEquals("SPLIT", object.states().get("b"), "date 11 still counts the old version");
        object.status("a", 1, 11, SliceStatus.LEFT);
        assertEquals(Map.of("a", "SUPERSEDED", "b", "COUNTED"), object.states());
    }

    @Test
    void shouldTakeTheDatesOfTheLastSplittingOfAnEvent() {
        object.split("a", 1, 10, 11);
        object.status("a", 1, 10, SliceStatus.COUNTED);
        object.status("a", 1, 11, SliceStatus.COUNTED);
        object.split("a", 1, 11, 12);
        assertEquals(Map.of("a", "SPLIT"), object.states());
        object.status("a", 1, 12, SliceStatus.COUNTED);
        assertEquals(Map.of("a", "SPLIT"), object.states(), "date 10 still counts it");
        object.status("a", 1, 10, SliceStatus.LEFT);
        assertEquals(Map.of("a", "COUNTED"), object.states());
    }
}
