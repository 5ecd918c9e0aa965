package org.usagestreams.service.intake;

import java.io.IOException;
import java.time.Clock;
import org.usagestreams.intake.RejectedPayloadException;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.wire.message.Current;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Replaced;
import org.usagestreams.wire.notification.BucketEvent;

/**
 * What an event of a payload leads to, in both lanes: whether the payload is in the bucket still, and what the store's failures and
 * the payload's faults mean. What is done with a payload that is there is up to the lane. Belongs to one thread.
 */
final class PayloadHandler {
    private final PayloadStore store;
    private final PayloadWaits waits;
    private final Clock clock;

    /** What a lane does with a payload that is in the bucket. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it.
         *
         * @throws RejectedPayloadException where the payload is refused
         * @throws StoreException where the store does not do its part
         * @throws IOException where this host does not
         */
        void take(ObjectStore.Stored stored) throws IOException;
    }

    PayloadHandler(PayloadStore store, PayloadWaits waits, Clock clock) {
        this.store = store;
        this.waits = waits;
        this.clock = clock;
    }

    /**
     * Handles an event.
     *
     * @throws StoreException where the store is unavailable
     * @throws IOException where the folder cannot be used now
     */
    void handle(PayloadEvent payload, Work work, IntakeOutput output) throws IOException {
        ObjectStore.Stored stored = null;
        try {
            stored = store.current(payload.event().bucket(), payload.event().key())
                    .orElse(null);
            if (stored == null) {
                gone(payload, output);
            } else if (payload.event().kind() != BucketEvent.Kind.CREATED) {
                tellCurrent(payload, stored, output);
            } else if (payload.isReplaced(stored)) {
                PayloadWaits.settle(payload, output);
                output.fact(fact(payload, payload.version(null))
                        .setReplaced(Replaced.getDefaultInstance())
                        .build());
            } else {
                work.take(stored);
            }
        } catch (RejectedPayloadException e) {
            waits.refuse(
                    payload,
                    stored,
                    e.place() == null ? e.reason().name() : e.reason() + " " + e.place(),
                    "Cannot take the payload (" + e.reason() + "): " + e.getMessage(),
                    output);
        } catch (StoreException e) {
            failed(payload, stored, e, output);
        }
    }

    private void failed(PayloadEvent payload, ObjectStore.Stored stored, StoreException e, IntakeOutput output)
            throws StoreException {
        switch (e.kind()) {
            case UNAVAILABLE -> throw e;
            case GONE -> gone(payload, output);
            case REPLACED ->
                output.fact(fact(payload, payload.version(stored))
                        .setReplaced(Replaced.getDefaultInstance())
                        .build());
            case REFUSED ->
                waits.refuse(payload, stored, "store", "Cannot read the payload: " + e.getMessage(), output);
            case UNREADABLE -> waits.forStore(payload, stored, e.getMessage(), output);
        }
    }

    private void gone(PayloadEvent payload, IntakeOutput output) {
        PayloadWaits.settle(payload, output);
        output.fact(fact(payload, payload.version(null))
                .setGone(Gone.getDefaultInstance())
                .build());
    }

    /** The payload is in the bucket, whatever the event says: as the splitter does with objects, it is not read. */
    private void tellCurrent(PayloadEvent payload, ObjectStore.Stored current, IntakeOutput output) {
        final BucketEvent event = payload.event();
        final boolean versions =
                !event.versionId().isEmpty() || !current.versionId().isEmpty();
        if (event.kind() == BucketEvent.Kind.REMOVED
                && versions
                && !event.versionId().equals(current.versionId())) {
            output.fact(fact(payload, payload.version(null))
                    .setGone(Gone.newBuilder().setVersionOnly(true))
                    .build());
        }
        output.fact(fact(payload, payload.version(current))
                .setCurrent(Current.newBuilder()
                        .setReadUnknown(versions || event.kind() == BucketEvent.Kind.CHECK || event.mark() != null))
                .build());
    }

    private ObjectFact.Builder fact(PayloadEvent payload, ObjectVersion version) {
        return payload.fact(version, clock.millis());
    }
}
