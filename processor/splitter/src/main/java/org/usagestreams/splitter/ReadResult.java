package org.usagestreams.splitter;

import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;

/**
 * The result of an attempt to read an event's object, so that it is not read again.
 *
 * @param rejection null but for {@code REFUSED}
 * @param stored null if it does not matter
 * @param words of the store; null but for {@code UNREADABLE}
 */
record ReadResult(
        StoreException.Kind kind, RejectedObjectException rejection, ObjectStore.Stored stored, String words) {
    static ReadResult none(StoreException.Kind kind) {
        return new ReadResult(kind, null, null, null);
    }

    static ReadResult refused(RejectedObjectException rejection, ObjectStore.Stored stored) {
        return new ReadResult(StoreException.Kind.REFUSED, rejection, stored, null);
    }

    /** What a failure of the store says of the object. */
    static ReadResult of(StoreException e, ObjectStore.Stored stored) {
        return switch (e.kind()) {
            case REFUSED ->
                ReadResult.refused(
                        new RejectedObjectException(
                                "Cannot be read from the object store, now or later (is its name invalid, or is it"
                                        + " encrypted with a customer's key?): " + e.getMessage(),
                                null,
                                e),
                        stored);
            case UNREADABLE -> new ReadResult(e.kind(), null, stored, e.getMessage());
            default -> ReadResult.none(e.kind());
        };
    }
}
