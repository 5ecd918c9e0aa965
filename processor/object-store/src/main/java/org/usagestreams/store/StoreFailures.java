package org.usagestreams.store;

import io.minio.errors.ErrorResponseException;
import java.io.InterruptedIOException;
import java.util.Set;

/**
 * Tells failures of the object store apart, in this one place.
 *
 * <table>
 * <caption>What an answer means</caption>
 * <tr><th>answer</th><th>kind</th><th>what the splitter does</th></tr>
 * <tr><td>404 with the store's code {@code NoSuchKey} or {@code NoSuchVersion}</td><td>{@code GONE}</td>
 *     <td>retracts the object; just after a creation event it sets the event aside first, because an eventually
 *     consistent store may not show the object yet</td></tr>
 * <tr><td>409 or 412 to a conditional read</td><td>{@code REPLACED}</td>
 *     <td>leaves the object to its next notification</td></tr>
 * <tr><td>a name that the client or the store refuses; 400 with a code about the object, such as one that is encrypted
 *     with a customer's key</td><td>{@code REFUSED}</td><td>dead letter, {@code FAILED}</td></tr>
 * <tr><td>everything else, while another object can be read: 403, 404 without the store's code,
 *     {@code NoSuchBucket}, 5xx, a short or broken answer</td><td>{@code UNREADABLE}</td>
 *     <td>sets the event aside and tries it again with growing pauses; after a while {@code FAILED}, still tried
 *     again</td></tr>
 * <tr><td>everything else, while no other object can be read</td><td>{@code UNAVAILABLE}</td>
 *     <td>waits; nothing is skipped</td></tr>
 * </table>
 *
 * <p>An answer to HEAD has no body, so it has no code of the store: it is decided by {@link ObjectStore} with a GET of one
 * byte. A proxy on the way answers 404 as well, but not with the store's code. A bucket that is missing is never
 * {@code GONE}: where the only bucket is missing, a wrong setting is likelier than that all objects were removed.
 *
 * <p>Stateless; safe for use by several threads.
 */
final class StoreFailures {
    private static final Set<String> GONE = Set.of("NoSuchKey", "NoSuchVersion", "NoSuchObject");

    /** Codes of 400 that are about this object; others are about credentials, regions and clocks. */
    private static final Set<String> ABOUT_THE_OBJECT = Set.of(
            "InvalidRequest",
            "InvalidBucketName",
            "InvalidObjectName",
            "InvalidURI",
            "KeyTooLongError",
            "XMinioInvalidObjectName");

    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;
    private static final Set<Integer> CONDITION_FAILED = Set.of(409, 412);

    private StoreFailures() {}

    /**
     * The failure that an exception of the client stands for.
     *
     * @param object for the message: {@code bucket/key}
     * @return {@code UNAVAILABLE} where only {@link StoreProbe} can tell whether it is the object or the store
     */
    static StoreException of(String object, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreException known) {
                return known;
            }
            if (cause instanceof ErrorResponseException response) {
                return of(object, response);
            }
        }
        return new StoreException(StoreException.Kind.UNAVAILABLE, object + ": " + e.getMessage(), e);
    }

    /** The client checks names before it sends anything, and will never send such a one. */
    static StoreException refusedName(String object, String why, Exception e) {
        return new StoreException(StoreException.Kind.REFUSED, object + ": the S3 client refuses this name: " + why, e);
    }

    private static StoreException of(String object, ErrorResponseException e) {
        final int status = e.response().code();
        final String code = String.valueOf(e.errorResponse().code());
        final String words = e.errorResponse().message() == null
                ? ""
                : ": " + e.errorResponse().message();
        return new StoreException(
                kind(status, code, isOfAStore(e)), object + ": " + code + " (HTTP " + status + ")" + words, e);
    }

    private static StoreException.Kind kind(int status, String code, boolean ofAStore) {
        if (status == NOT_FOUND && GONE.contains(code) && ofAStore) {
            return StoreException.Kind.GONE;
        }
        if (CONDITION_FAILED.contains(status) && ofAStore) {
            return StoreException.Kind.REPLACED;
        }
        if (status == BAD_REQUEST && ABOUT_THE_OBJECT.contains(code)) {
            return StoreException.Kind.REFUSED;
        }
        return StoreException.Kind.UNAVAILABLE;
    }

    /**
     * Whether a store wrote the answer. Where there is no body, the client makes up a code from the status; then a
     * request id of the store is the only proof.
     */
    private static boolean isOfAStore(ErrorResponseException e) {
        final String type = e.response().header("Content-Type", "");
        final String requestId = e.errorResponse().requestId();
        return (requestId != null && !requestId.isEmpty())
                || e.response().header("x-amz-request-id") != null
                || e.response().header("x-amz-id-2") != null
                || type.contains("xml");
    }

    /** Whether the client made the code up, because an answer to HEAD has no body. */
    static boolean isBodiless(StoreException e) {
        return e.getCause() instanceof ErrorResponseException response
                && "HEAD".equals(response.response().request().method());
    }

    /** Whether the time for the request was over, which says nothing of the store: it may only be slow. */
    static boolean isOutOfTime(StoreException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            // The client's limit of a whole call; its limits of waits on a connection are SocketTimeoutExceptions.
            if (cause.getClass().equals(InterruptedIOException.class)) {
                return true;
            }
        }
        return false;
    }

    /** Whether no answer came at all, so that asking again at once is in vain. */
    static boolean isWithoutAnswer(StoreException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof ErrorResponseException
                    || cause instanceof io.minio.errors.InvalidResponseException
                    || cause instanceof io.minio.errors.ServerException) {
                return false;
            }
        }
        return true;
    }
}
