package org.usagestreams.splitter;

import java.time.Instant;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.ReportKey;

/**
 * An event with where it came from, and what it says of its object.
 *
 * @param report null where the object's key is that of no report
 */
record ObjectEvent(BucketEvent event, Notification notification, ReportKey report) {
    private static final String MANIFEST_ID = "manifestid";
    private static final String REPORT_HOURS = "reportnumhours";

    /** The start of a fact about the version that the event names. */
    ObjectFact.Builder fact(long now) {
        return fact(version(null), now);
    }

    /** The start of a fact about a version of the object. */
    ObjectFact.Builder fact(ObjectVersion version, long now) {
        final ObjectFact.Builder fact = ObjectFact.newBuilder()
                .setVersion(version)
                .setNotifiedMillis(notification.millis())
                .setFoundMillis(now);
        if (report != null) {
            fact.setOrganisation(report.organisation())
                    .setSource(report.source())
                    .setReport(ReportType.valueOf(report.type().name()));
        }
        return fact;
    }

    /**
     * The version that the event is about.
     *
     * @param stored what the store knows of it; null where it is not there
     */
    ObjectVersion version(ObjectStore.Stored stored) {
        final Instant uploaded =
                event.mark() == null ? event.time() : event.mark().uploaded();
        final ObjectVersion.Builder version = ObjectVersion.newBuilder()
                .setBucket(event.bucket())
                .setKey(event.key())
                .setEtag(event.etag())
                .setVersionId(event.versionId())
                .setEventTimeMillis(event.time().toEpochMilli())
                .setSequencer(event.sequencer())
                .setUploadedMillis(uploaded.toEpochMilli());
        if (stored == null) {
            return version.build();
        }
        version.setEtag(stored.etag()).setVersionId(stored.versionId()).setSize(stored.size());
        if (event.kind() != BucketEvent.Kind.CREATED) {
            // The event's time is not that of the upload.
            version.setUploadedMillis(stored.lastModified().toEpochMilli());
        }
        final String manifest = stored.metadata().get(MANIFEST_ID);
        if (manifest != null && !manifest.isBlank()) {
            version.setManifestId(manifest.strip())
                    .setReportHours(hours(stored.metadata().get(REPORT_HOURS)));
        }
        return version.build();
    }

    /** A manifest that does not say for how many hours it stands counts as one of 0 hours; the ledger tells them apart. */
    private static long hours(String text) {
        try {
            return text == null ? -1 : Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
