package org.usagestreams.simulation;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Event records as object stores write them. */
final class StoreEvents {
    private StoreEvents() {}

    /** Which store's shape an event has. */
    enum Shape {
        /** Names with a prefix, key and bucket outside of the records as well. */
        MINIO,
        /** Names without prefix. */
        AWS
    }

    /**
     * One event.
     *
     * @param name without prefix, such as {@code ObjectCreated:Put}
     * @param etag empty for none
     * @param version empty for none
     */
    static byte[] record(
            Shape shape, String name, String bucket, String key, String etag, String version, Instant time) {
        final StringBuilder json = new StringBuilder(400);
        json.append('{');
        if (shape == Shape.MINIO) {
            json.append("\"EventName\":\"s3:")
                    .append(name)
                    .append("\",\"Key\":\"")
                    .append(bucket)
                    .append('/')
                    .append(key)
                    .append("\",");
        }
        json.append("\"Records\":[{\"eventVersion\":\"2.0\",\"eventSource\":\"")
                .append(shape == Shape.MINIO ? "minio:s3" : "aws:s3")
                .append("\",\"eventTime\":\"")
                .append(time)
                .append("\",\"eventName\":\"")
                .append(shape == Shape.MINIO ? "s3:" : "")
                .append(name)
                .append("\",\"s3\":{\"bucket\":{\"name\":\"")
                .append(bucket)
                .append("\"},\"object\":{\"key\":\"")
                .append(URLEncoder.encode(key, StandardCharsets.UTF_8))
                .append('"');
        if (!etag.isEmpty()) {
            json.append(",\"eTag\":\"").append(etag).append('"');
        }
        if (!version.isEmpty()) {
            json.append(",\"versionId\":\"").append(version).append('"');
        }
        json.append(",\"sequencer\":\"")
                .append(Long.toHexString(time.toEpochMilli()))
                .append("\"}}}]}");
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
