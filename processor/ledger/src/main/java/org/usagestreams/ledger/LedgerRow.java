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
    /** A row of which nothing but this is known. */
    public static Builder of(String bucket, String key, UploadState state) {
        return new Builder(bucket, key, state);
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

    /** Takes what is known of a row; the rest is empty, null or 1970. Not thread-safe. */
    public static final class Builder {
        private final String bucket;
        private final String key;
        private final UploadState state;
        private String etag = "";
        private String versionId = "";
        private String reason;
        private String failedStep;
        private String deadLetter;
        private Long rowsRead;
        private Long rowsDropped;
        private Long unreadableLabels;
        private Instant uploadedAt = Instant.EPOCH;
        private Instant eventAt = Instant.EPOCH;
        private Instant removedAt;

        private Builder(String bucket, String key, UploadState state) {
            this.bucket = bucket;
            this.key = key;
            this.state = state;
        }

        /** Which version it is. */
        public Builder version(String newEtag, String newVersionId) {
            etag = newEtag;
            versionId = newVersionId;
            return this;
        }

        /** The reason of the state; null if there is none. */
        public Builder reason(String value) {
            reason = value;
            return this;
        }

        /** The step that failed, and the key of its dead letter; each may be null. */
        public Builder failed(String step, String letter) {
            failedStep = step;
            deadLetter = letter;
            return this;
        }

        /** What was read: line items, those left out, and label values that cannot be read; each null where it is not known. */
        public Builder read(Long rows, Long dropped, Long unreadable) {
            rowsRead = rows;
            rowsDropped = dropped;
            unreadableLabels = unreadable;
            return this;
        }

        /** When it was uploaded, and when it became the object's current version. */
        public Builder times(Instant uploaded, Instant event) {
            uploadedAt = uploaded;
            eventAt = event;
            return this;
        }

        /** When it was removed; null while it is there. */
        public Builder removedAt(Instant value) {
            removedAt = value;
            return this;
        }

        /** The row. */
        public LedgerRow build() {
            return new LedgerRow(
                    bucket,
                    key,
                    etag,
                    versionId,
                    state,
                    reason,
                    failedStep,
                    deadLetter,
                    rowsRead,
                    rowsDropped,
                    unreadableLabels,
                    uploadedAt,
                    eventAt,
                    removedAt);
        }
    }
}
