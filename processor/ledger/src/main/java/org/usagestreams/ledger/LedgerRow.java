package org.usagestreams.ledger;

import java.time.Instant;
import org.usagestreams.wire.ledger.LedgerRecord;
import org.usagestreams.wire.ledger.UploadState;

/**
 * A row of {@code upload_ledger}, as far as commands need it.
 *
 * @param etag empty where it was never known
 * @param versionId empty in a bucket without versioning
 * @param reason null where there is nothing to say
 * @param failedStep null where nothing failed
 * @param deadLetter key of the dead letter; null where there is none
 * @param rowsRead line items of the object; null where it was not read
 * @param rowsDropped line items that were left out; null where it was not read
 * @param unreadableLabels label values that could not be read; null where it was not read
 * @param uploadedAt when the version was uploaded
 * @param eventAt when it became the object's current one
 * @param removedAt when it was removed; null while it is there
 */
public record LedgerRow(
        String bucket,
        String key,
        String etag,
        String versionId,
        UploadState state,
        String reason,
        String failedStep,
        String deadLetter,
        Long rowsRead,
        Long rowsDropped,
        Long unreadableLabels,
        Instant uploadedAt,
        Instant eventAt,
        Instant removedAt) {
    /** A version of which nothing was dropped, and all labels could be read. */
    public LedgerRow(
            String bucket,
            String key,
            String etag,
            String versionId,
            UploadState state,
            String reason,
            String failedStep,
            String deadLetter,
            Long rowsRead,
            Instant uploadedAt,
            Instant eventAt,
            Instant removedAt) {
        this(
                bucket,
                key,
                etag,
                versionId,
                state,
                reason,
                failedStep,
                deadLetter,
                rowsRead,
                rowsRead == null ? null : 0L,
                rowsRead == null ? null : 0L,
                uploadedAt,
                eventAt,
                removedAt);
    }

    /** Whether the object has line items, and none of them counts. */
    public boolean isAllDropped() {
        return rowsRead != null && rowsRead > 0 && rowsRead.equals(rowsDropped);
    }

    /** How people name the object. */
    public String name() {
        return bucket + "/" + key;
    }

    /** The last that is known to have happened to it. */
    public Instant lastEventAt() {
        return removedAt == null || removedAt.isBefore(eventAt) ? eventAt : removedAt;
    }

    /**
     * Whether the store was found to have another version instead. A version that holds no row of the summary for another
     * reason, as a winning manifest, is not replaced.
     */
    public boolean isReplaced() {
        return state == UploadState.SUPERSEDED && LedgerRecord.NEWER_VERSION.equals(reason);
    }

    /** Whether this is that version of the object. */
    public boolean is(String otherEtag, String otherVersionId) {
        return etag.equals(otherEtag) && versionId.equals(otherVersionId);
    }
}
