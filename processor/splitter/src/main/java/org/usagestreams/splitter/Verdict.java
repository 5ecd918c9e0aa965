package org.usagestreams.splitter;

import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;

/**
 * What is known of an event's object without reading it again.
 *
 * @param rejection null but for {@code REFUSED}
 * @param stored null where it does not matter
 * @param words of the store; null but for {@code UNREADABLE}
 */
record Verdict(StoreException.Kind kind, RejectedObjectException rejection, ObjectStore.Stored stored, String words) {
    static Verdict none(StoreException.Kind kind) {
        return new Verdict(kind, null, null, null);
    }

    static Verdict refused(RejectedObjectException rejection, ObjectStore.Stored stored) {
        return new Verdict(StoreException.Kind.REFUSED, rejection, stored, null);
    }

    /** What a failure of the store says of the object. */
    static Verdict of(StoreException e, ObjectStore.Stored stored) {
        return switch (e.kind()) {
            case REFUSED ->
                Verdict.refused(
                        new RejectedObjectException(
                                "Cannot be read from the object store, now or later (a name that it does not take, or"
                                        + " encrypted with a key of its own?): " + e.getMessage(),
                                null,
                                e),
                        stored);
            case UNREADABLE -> new Verdict(e.kind(), null, stored, e.getMessage());
            default -> Verdict.none(e.kind());
        };
    }
}
