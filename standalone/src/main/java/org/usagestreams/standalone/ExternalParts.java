package org.usagestreams.standalone;

import io.minio.MinioClient;

/**
 * What a cluster finds there instead of starting its own.
 *
 * @param bootstrapServers of Kafka; null for a broker of the cluster's
 * @param database null for one of the cluster's
 * @param store null for an endpoint of the cluster's
 * @param close ends it all, after the cluster
 */
record ExternalParts(String bootstrapServers, Database database, Store store, Runnable close) {
    /** Nothing. */
    static final ExternalParts NOTHING = new ExternalParts(null, null, null, () -> {});

    /** A database that is there. */
    record At(String jdbcUrl, String user, String password) implements Database {}

    /**
     * An object store that sends notifications by itself.
     *
     * @param prepare what is to be done with the bucket once the topics are there
     */
    record Store(String endpoint, String accessKey, String secretKey, Prepare prepare) {}

    /** Does something with a bucket. */
    interface Prepare {
        void prepare(MinioClient client, String bucket) throws Exception;
    }
}
