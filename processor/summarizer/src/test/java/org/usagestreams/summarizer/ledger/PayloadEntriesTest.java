package org.usagestreams.summarizer.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.ObjectsSettled;
import org.usagestreams.wire.message.Received;
import org.usagestreams.wire.message.Unpacked;
import org.usagestreams.wire.message.UnpackedObject;

/** The life of a payload's versions. */
class PayloadEntriesTest {
    private final ObjectFixture payload = new ObjectFixture();

    private void unpacked(String etag, long time, String... objects) {
        final Unpacked.Builder unpacked = Unpacked.newBuilder().setRows(10);
        for (final String object : objects) {
            unpacked.addObjectsBuilder().setKey(object).setEtag("e");
        }
        payload.apply(payload.fact(etag, time).setUnpacked(unpacked));
    }

    private void objectsSettled(String etag, long time, String failure) {
        payload.apply(payload.fact(etag, time)
                .setObjectsSettled(ObjectsSettled.newBuilder().setFailure(failure)));
    }

    @Test
    void shouldLoadAPayloadWhenItsObjectsAre() {
        payload.apply(payload.fact("p", 1_000).setReceived(Received.newBuilder().setAside("its cluster is not known")));
        assertEquals(Map.of("p", "RECEIVED"), payload.states());
        assertEquals("its cluster is not known", payload.ledger.getEntries(0).getReason());
        unpacked("p", 1_000, "a", "b");
        assertEquals(Map.of("p", "UNPACKED"), payload.states());
        objectsSettled("p", 1_000, "");
        assertEquals(Map.of("p", "LOADED"), payload.states());
        unpacked("p", 1_000, "a", "b");
        assertEquals(Map.of("p", "LOADED"), payload.states(), "unpacked again, it became the same");
        unpacked("p", 1_000, "a", "c");
        assertEquals(Map.of("p", "UNPACKED"), payload.states());
        unpacked("q", 2_000);
        assertEquals(
                Map.of("p", "SUPERSEDED", "q", "LOADED"),
                payload.states(),
                "nothing is to come of a payload without rows");
    }

    @Test
    void shouldTellWhichFilesAreNotInManifestAndPayload() {
        final Unpacked unpacked = Unpacked.newBuilder()
                .setNote("Left out: more.csv.")
                .addObjects(UnpackedObject.newBuilder().setKey("a").setEtag("e"))
                .build();
        payload.apply(payload.fact("p", 1_000).setUnpacked(unpacked));
        assertEquals(Map.of("p", "UNPACKED"), payload.states());
        assertEquals("Left out: more.csv.", payload.ledger.getEntries(0).getReason());
        objectsSettled("p", 1_000, "a is FAILED");
        assertEquals("a is FAILED", payload.ledger.getEntries(0).getReason());
        objectsSettled("p", 1_000, "");
        assertEquals(Map.of("p", "LOADED"), payload.states());
        assertEquals("Left out: more.csv.", payload.ledger.getEntries(0).getReason());
    }

    @Test
    void shouldFailAPayloadWithItsObject() {
        unpacked("p", 1_000, "a");
        objectsSettled("p", 1_000, "a is FAILED");
        assertEquals(Map.of("p", "FAILED"), payload.states());
        assertEquals("a is FAILED", payload.ledger.getEntries(0).getReason());
        objectsSettled("p", 1_000, "");
        assertEquals(Map.of("p", "LOADED"), payload.states());
        assertEquals(List.of(), payload.settled, "it has no dead letter of its own");
    }

    @Test
    void shouldKnowTheSourceOfAPayloadBeforeItIsUnpacked() {
        payload.received("p", 1_000);
        payload.apply(payload.fact("p", 1_000).setSource("s").setReceived(Received.getDefaultInstance()));
        assertEquals("s", payload.ledger.getEntries(0).getSource());
        assertEquals(Map.of("p", "RECEIVED"), payload.states());
    }

    @Test
    void shouldKeepTheTimeAtWhichAPayloadWasLoadedFirst() {
        unpacked("p", 1_000, "a");
        objectsSettled("p", 1_000, "");
        final long loaded = payload.ledger.getEntries(0).getLoadedMillis();
        assertTrue(loaded > 0);
        objectsSettled("p", 1_000, "");
        assertEquals(loaded, payload.ledger.getEntries(0).getLoadedMillis(), "told again");
        objectsSettled("p", 1_000, "a is FAILED");
        assertEquals(0, payload.ledger.getEntries(0).getLoadedMillis());
        objectsSettled("p", 1_000, "");
        assertTrue(payload.ledger.getEntries(0).getLoadedMillis() > loaded);
    }

    @Test
    void shouldNotTakeTheEarlierEventsObjectsForThoseOfALaterOne() {
        unpacked("p", 1_000, "a");
        unpacked("p", 2_000, "a");
        objectsSettled("p", 1_000, "");
        assertEquals(Map.of("p", "UNPACKED"), payload.states());
    }
}
