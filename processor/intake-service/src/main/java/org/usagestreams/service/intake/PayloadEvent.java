package org.usagestreams.service.intake;

import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.BucketEvent;

/**
 * An event of a payload in the bucket.
 *
 * @param organisation whose payload it is
 * @param notifiedMillis when the notification was written
 * @param place of the notification: topic, partition and offset
 */
record PayloadEvent(BucketEvent event, String organisation, long notifiedMillis, String place) {

    /**
     * The version that the event is about.
     *
     * @param stored what the store knows of it; null where it is not there
     */
    ObjectVersion version(ObjectStore.Stored stored) {
        final ObjectVersion.Builder version = ObjectVersion.newBuilder()
                .setBucket(event.bucket())
                .setKey(event.key())
                .setEtag(event.etag())
                .setVersionId(event.versionId())
                .setEventTimeMillis(event.time().toEpochMilli())
                .setSequencer(event.sequencer())
                .setUploadedMillis(
                        (event.mark() == null ? event.time() : event.mark().uploaded()).toEpochMilli());
        if (stored != null) {
            version.setEtag(stored.etag()).setVersionId(stored.versionId()).setSize(stored.size());
        }
        return version.build();
    }

    /**
     * The start of a fact about it.
     *
     * @param now in milliseconds
     */
    ObjectFact.Builder fact(ObjectVersion version, long now) {
        return ObjectFact.newBuilder()
                .setVersion(version)
                .setOrganisation(organisation)
                .setNotifiedMillis(notifiedMillis)
                .setFoundMillis(now);
    }

    /** Whether the store has another version than the event names. */
    boolean isReplaced(ObjectStore.Stored current) {
        return (!event.etag().isEmpty() && !event.etag().equals(current.etag()))
                || (!event.versionId().isEmpty() && !event.versionId().equals(current.versionId()));
    }
}
