package org.usagestreams.crash;

import io.minio.ListObjectsArgs;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.messages.Item;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.topics.KafkaClients;

/**
 * The payloads of a cluster whose operator sends cumulative daily reports: each replaces the days that it has, and some are sent again. The
 * cluster becomes known after its first payload was sent. The methods that send and remove belong to one thread.
 */
final class PayloadHistory {
    private static final String ORGANISATION = "org1234567";

    private final ProcessCluster cluster;
    private final Random random;
    private final String source;
    private final List<Payload> sent = new ArrayList<>();

    /** A payload with the contents of {@link Contents#SMALL} of the version that is its number. */
    private record Payload(String key, byte[] bytes) {}

    /** Told which version a date of the cluster has from now on. */
    @FunctionalInterface
    interface Expectation {
        void set(int date, int version);
    }

    PayloadHistory(ProcessCluster cluster, Random random, String source) {
        this.cluster = cluster;
        this.random = random;
        this.source = source;
    }

    /** Sends a payload, or the last one again. */
    void step(Expectation expectation) throws Exception {
        if (sent.isEmpty() || random.nextInt(3) > 0) {
            final int version = sent.size() + 1;
            final List<Integer> dates = random.nextBoolean() ? List.of(0) : List.of(0, 1);
            synchronized (this) {
                sent.add(new Payload(
                        "payloads/" + ORGANISATION + "/" + source + "/" + version + ".tar.gz",
                        payload(source, version, dates)));
            }
            dates.forEach(date -> expectation.set(date, version));
        }
        final Payload last = sent.get(sent.size() - 1);
        cluster.client()
                .putObject(PutObjectArgs.builder().bucket(bucket()).object(last.key()).stream(
                                new ByteArrayInputStream(last.bytes()), (long) last.bytes().length, -1L)
                        .build());
        if (sent.size() == 1) {
            register();
        }
    }

    /** A payload as an operator packs it. */
    static byte[] payload(String source, int version, List<Integer> dates) throws IOException {
        final Instant start = Contents.FIRST.atStartOfDay().toInstant(ZoneOffset.UTC);
        final Instant end = Contents.FIRST.plusDays(dates.size()).atStartOfDay().toInstant(ZoneOffset.UTC);
        // One that has fewer days is packed later all the same.
        final Instant packed = Contents.FIRST
                .plusDays(Contents.DATES)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC)
                .plusSeconds(version);
        final String manifest = "{\"uuid\":\""
                + UUID.nameUUIDFromBytes((source + version).getBytes(StandardCharsets.UTF_8))
                + "\",\"cluster_id\":\"" + source + "\",\"version\":\"1\",\"date\":\"" + packed
                + "\",\"files\":[\"pods.csv\"],\"daily_reports\":true,\"start\":\"" + start + "\",\"end\":\""
                + end.minusSeconds(1) + "\"}";
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            add(tar, "manifest.json", manifest.getBytes(StandardCharsets.US_ASCII));
            add(tar, "pods.csv", Contents.SMALL.csv(version, dates));
        }
        return bytes.toByteArray();
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
        final TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private void register() {
        new ReferencePublisher(
                        KafkaClients.real(),
                        cluster.settings().kafkaClient(),
                        cluster.settings().topics())
                .publish(new ReferenceSet(
                        ORGANISATION,
                        Optional.of(Map.of(source, new ReferenceData.Cluster(source, "crash", Map.of()))),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    /** Keys of the payloads. */
    synchronized List<String> keys() {
        return sent.stream().map(Payload::key).toList();
    }

    /** Removes the payloads, and what they became. */
    void removeAll() throws Exception {
        for (final String key : keys()) {
            remove(key);
        }
        for (final Result<Item> item : cluster.client()
                .listObjects(ListObjectsArgs.builder()
                        .bucket(bucket())
                        .prefix("data/" + ORGANISATION + "/OCP/source=" + source + "/")
                        .recursive(true)
                        .build())) {
            remove(item.get().objectName());
        }
    }

    private void remove(String key) throws Exception {
        cluster.client()
                .removeObject(
                        RemoveObjectArgs.builder().bucket(bucket()).object(key).build());
    }

    private String bucket() {
        return cluster.settings().text("store.bucket");
    }
}
