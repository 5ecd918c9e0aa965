package org.usagestreams.service.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * What an ingress says of a payload that it has received: JSON as on the topic {@code platform.upload.announce}.
 *
 * @param requestId names the upload
 * @param orgId the organisation's number, from {@code org_id} or from {@code b64_identity}
 * @param url where the payload can be fetched
 * @param size in bytes; 0 where it is not said
 */
record Announcement(String requestId, String orgId, String url, long size) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern REQUEST = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Pattern ORGANISATION = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** An announcement that cannot be read; the message says why. */
    static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String requestId;

        MalformedException(String message, String requestId) {
            super(message);
            this.requestId = requestId;
        }

        /** Of which upload it is; null where that cannot be read, either. */
        String requestId() {
            return requestId;
        }
    }

    /**
     * Reads a record's value.
     *
     * @param value may be null, which is malformed
     */
    static Announcement parse(byte[] value) throws MalformedException {
        final JsonNode root;
        try {
            root = value == null ? JSON.missingNode() : JSON.readTree(value);
        } catch (IOException e) {
            throw new MalformedException("it is not JSON", null);
        }
        final String request = root.path("request_id").asText("");
        if (!REQUEST.matcher(request).matches()) {
            throw new MalformedException(
                    "it has no request_id, or its request_id has characters other than letters, digits and ._-", null);
        }
        final String organisation = organisation(root);
        if (!ORGANISATION.matcher(organisation).matches()) {
            throw new MalformedException("neither org_id nor b64_identity names an organisation", request);
        }
        final String url = root.path("url").asText("");
        if (url.isEmpty()) {
            throw new MalformedException("it has no url", request);
        }
        return new Announcement(request, organisation, url, root.path("size").asLong(0));
    }

    private static String organisation(JsonNode root) {
        final String own = root.path("org_id").asText("");
        if (!own.isEmpty()) {
            return own;
        }
        try {
            final JsonNode identity = JSON.readTree(
                            Base64.getDecoder().decode(root.path("b64_identity").asText("")))
                    .path("identity");
            final String outer = identity.path("org_id").asText("");
            return outer.isEmpty() ? identity.path("internal").path("org_id").asText("") : outer;
        } catch (IOException | IllegalArgumentException e) {
            return "";
        }
    }
}
