package org.usagestreams.splitter;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.ReportKey;

/**
 * An event, its origin, and what it says about its object.
 *
 * @param report null if the object's key is that of no report
 */
record ObjectEvent(BucketEvent event, Notification notification, ReportKey report) {
    private static final String MANIFEST_ID = "manifestid";
    private static final String REPORT_HOURS = "reportnumhours";
    private static final BigInteger MOST_HOURS = BigInteger.valueOf(744);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Digits beyond any number of hours are no number: they count as unreadable. */
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,100}");

    /** As the object's key names it; empty if it names none. */
    String organisation() {
        return report == null ? "" : report.organisation();
    }

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
     * @param stored what the store knows of it; null if it is not there
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
        if (manifest != null && !manifest.isBlank() && metadataProblem(stored).isEmpty()) {
            version.setManifestId(manifest.strip())
                    .setReportHours(hours(stored.metadata().get(REPORT_HOURS)));
        }
        return version.build();
    }

    /** Whether the store has another version than the event names. */
    boolean isReplaced(ObjectStore.Stored current) {
        return (!event.etag().isEmpty() && !event.etag().equals(current.etag()))
                || (!event.versionId().isEmpty() && !event.versionId().equals(current.versionId()));
    }

    /** Whether what the store has was there before the event, by times of whole seconds. */
    boolean isNewerThan(ObjectStore.Stored current) {
        return current.lastModified().plusSeconds(1).isBefore(event.time());
    }

    /** Why a report is rejected before it is read, and what to do; empty if it is not. */
    Optional<String> problem(ObjectStore.Stored stored, SourceOwners owners) {
        final Optional<String> metadata = metadataProblem(stored);
        return metadata.isPresent()
                ? metadata
                : owners.otherOwner(report.organisation(), report.source())
                        .map(owner -> "Cannot take its source " + report.source() + " as that of organisation "
                                + report.organisation() + ": it is registered to organisation " + owner
                                + ". Register the source to the organisation that the key names, or upload the object"
                                + " below the other.");
    }

    private static Optional<String> metadataProblem(ObjectStore.Stored stored) {
        final String manifest = stored.metadata().get(MANIFEST_ID);
        if (manifest == null || manifest.isBlank()) {
            return Optional.empty();
        }
        if (!ID.matcher(manifest.strip()).matches()) {
            return Optional.of(
                    "Cannot take its manifest id: it is longer than 64 characters, or has others than letters,"
                            + " digits, dots, dashes and underscores. Upload the object with the id of its manifest.");
        }
        final String text = stored.metadata().get(REPORT_HOURS);
        if (text == null || !NUMBER.matcher(text.strip()).matches()) {
            return Optional.empty();
        }
        final BigInteger hours = new BigInteger(text.strip());
        return hours.signum() >= 0 && hours.compareTo(MOST_HOURS) <= 0
                ? Optional.empty()
                : Optional.of("Cannot take its ReportNumHours: " + hours + " is not in the range 0 to " + MOST_HOURS
                        + ", the hours of a month. Upload the object with the hours of its manifest.");
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
