package org.usagestreams.intake;

import java.io.EOFException;
import java.io.IOException;
import java.util.zip.ZipException;

/** What a failure of reading a payload means. The libraries tell of broken archives by exceptions of all kinds. */
final class ArchiveFaults {
    private ArchiveFaults() {}

    /**
     * A refusal, or what the disk or the store threw.
     *
     * @param place where in the payload; null where that is not known, or stands in the failure
     */
    static IOException of(Throwable failure, String place) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof RejectedPayloadException rejection) {
                return rejection.place() != null || place == null
                        ? rejection
                        : new RejectedPayloadException(rejection.reason(), place, rejection.getMessage(), rejection);
            }
            if (e instanceof LocalInput.FailureException local) {
                return local.getCause();
            }
        }
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof EOFException) {
                return new RejectedPayloadException(
                        RejectionReason.TRUNCATED, place, "the archive is cut off. Send it again.", failure);
            }
            if (e instanceof ZipException) {
                return new RejectedPayloadException(
                        RejectionReason.NOT_GZIP, place, "not readable as gzip: " + e.getMessage(), failure);
            }
        }
        final boolean cut = String.valueOf(failure.getMessage()).contains("Truncated");
        return new RejectedPayloadException(
                cut ? RejectionReason.TRUNCATED : RejectionReason.NOT_TAR,
                place,
                "not readable as a tar archive: " + failure.getMessage(),
                failure);
    }
}
