package org.usagestreams.wire.deadletter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.ObjectVersion;

/** What a dead letter carries, and what tells two apart. */
class DeadLetterTest {
    private static DeadLetter deadLetter(long event, String place, String time) {
        return new DeadLetter(
                DeadLetter.Step.SPLIT,
                "no Parquet",
                DeadLetter.ObjectOf.version(ObjectVersion.newBuilder()
                        .setBucket("b")
                        .setKey("k#1/x")
                        .setEtag("e")
                        .setEventTimeMillis(event)
                        .setUploadedMillis(7)
                        .build()),
                place,
                "usage.notifications-0@5",
                null,
                time);
    }

    @Test
    void shouldBeReadAsWritten() {
        final DeadLetter deadLetter = deadLetter(1, "footer", "2025-11-03T00:00:00Z");
        assertEquals(deadLetter, DeadLetter.parse(deadLetter.toJson()));
        assertEquals("b/k#1/x", deadLetter.subject());
        assertTrue(deadLetter.id().startsWith("b/k#1/x#"), deadLetter.id());
    }

    @Test
    void shouldHaveTheSameIdForTheSameThingAndAnotherForAnotherEvent() {
        final String id = deadLetter(1, "footer", "2025-11-03T00:00:00Z").id();
        assertEquals(id, deadLetter(1, "footer", "2025-11-04T00:00:00Z").id());
        assertNotEquals(id, deadLetter(2, "footer", "2025-11-03T00:00:00Z").id());
        assertNotEquals(id, deadLetter(1, "row group 1", "2025-11-03T00:00:00Z").id());
    }
}
