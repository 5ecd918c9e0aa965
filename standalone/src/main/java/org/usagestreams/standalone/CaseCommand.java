package org.usagestreams.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.operations.reference.ReferenceFile;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.standalone.BucketNotifications.Notification;
import org.usagestreams.topics.KafkaClients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "case",
        mixinStandardHelpOptions = true,
        description =
                "Runs a golden case through a new embedded cluster, from S3 to PostgreSQL, and writes the table as CSV.")
final class CaseCommand implements Callable<Integer> {
    /** No two uploads in the same millisecond. */
    private static final Duration APART = Duration.ofMillis(2);

    private static final Logger LOG = LoggerFactory.getLogger(CaseCommand.class);

    @Parameters(paramLabel = "DIR", description = "Folder of the case, with case.json and objects/.")
    private Path directory;

    @Option(
            names = "--shuffle",
            paramLabel = "SEED",
            description = "Delivers notifications late, in random order (in order for each key), and some twice.")
    private Long seed;

    @Option(names = "--out", paramLabel = "FILE", description = "File for the CSV (default: standard output).")
    private Path out;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long processing may take (default: ${DEFAULT-VALUE}).",
            defaultValue = "300")
    private int timeoutSeconds;

    @Override
    public Integer call() throws Exception {
        final JsonNode golden =
                new JsonMapper().readTree(directory.resolve("case.json").toFile());
        try (EmbeddedCluster cluster =
                EmbeddedCluster.start(EmbeddedCluster.Options.temporary(), step -> LOG.debug("starting {}", step))) {
            LOG.debug("history begins");
            run(cluster, golden);
            LOG.debug("history ends");
            try (DrainCheck drain = new DrainCheck(cluster)) {
                if (!drain.await(Duration.ofSeconds(timeoutSeconds))) {
                    throw new IllegalStateException(
                            "Cannot export the table: the case was not processed within " + timeoutSeconds + " s");
                }
            }
            LOG.debug("processed");
            export(cluster);
        }
        return 0;
    }

    void run(EmbeddedCluster cluster, JsonNode golden) throws Exception {
        new ReferencePublisher(
                        KafkaClients.real(),
                        cluster.settings().kafkaClient(),
                        cluster.settings().topics())
                .publish(ReferenceFile.read(directory.resolve("case.json")));
        final Delivery delivery = new Delivery(cluster, seed == null ? null : new Random(seed));
        cluster.listen(delivery::heard);
        int entry = 0;
        for (final JsonNode step : golden.get("history")) {
            switch (step.get("op").asText()) {
                case "put" -> {
                    put(cluster, step);
                    delivery.happened(entry);
                }
                case "delete" -> {
                    cluster.client()
                            .removeObject(RemoveObjectArgs.builder()
                                    .bucket(cluster.bucket())
                                    .object(step.get("key").asText())
                                    .build());
                    delivery.happened(entry);
                }
                case "redeliver" -> delivery.redeliver(step.get("of").asInt());
                default -> throw new IllegalArgumentException("history has an unknown op: " + step);
            }
            entry++;
            LockSupport.parkNanos(APART.toNanos());
        }
        delivery.finish();
    }

    private void put(EmbeddedCluster cluster, JsonNode step) throws Exception {
        final byte[] bytes = Files.readAllBytes(
                directory.resolve("objects").resolve(step.get("file").asText() + ".parquet"));
        final Map<String, String> metadata = new LinkedHashMap<>();
        step.get("metadata")
                .properties()
                .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
        cluster.client()
                .putObject(
                        PutObjectArgs.builder()
                                .bucket(cluster.bucket())
                                .object(step.get("key").asText())
                                .userMetadata(metadata)
                                .stream(new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                                .build());
    }

    private void export(EmbeddedCluster cluster) throws SQLException, IOException {
        if (out == null) {
            export(cluster, System.out);
            System.out.flush();
        } else {
            try (OutputStream file = Files.newOutputStream(out)) {
                export(cluster, file);
            }
        }
    }

    private static void export(EmbeddedCluster cluster, OutputStream target) throws SQLException, IOException {
        try (Connection connection = cluster.postgres().connect()) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut(
                            "COPY (SELECT * FROM " + cluster.table()
                                    + " ORDER BY usage_start, uuid) TO STDOUT CSV HEADER",
                            target);
        }
    }

    /** Delivers notifications: as they come, or shuffled. */
    private static final class Delivery {
        private final EmbeddedCluster cluster;
        private final Random random;
        private final List<Notification> heard = new ArrayList<>();
        private final Map<Integer, Notification> byEntry = new HashMap<>();
        private final Map<String, Deque<Notification>> late = new LinkedHashMap<>();

        Delivery(EmbeddedCluster cluster, Random random) {
            this.cluster = cluster;
            this.random = random;
        }

        synchronized void heard(Notification notification) {
            heard.add(notification);
            if (random == null) {
                cluster.deliver(notification);
            }
        }

        /** The bucket has said what it says of this entry of the history. */
        synchronized void happened(int entry) {
            if (heard.size() != 1) {
                throw new IllegalStateException("entry " + entry + " led to " + heard.size() + " notifications");
            }
            byEntry.put(entry, heard.get(0));
            if (random != null) {
                hold(heard.get(0));
                deliverSome(random.nextInt(3));
            }
            heard.clear();
        }

        void redeliver(int entry) {
            if (random == null) {
                cluster.deliver(byEntry.get(entry));
            } else {
                hold(byEntry.get(entry));
            }
        }

        private void hold(Notification notification) {
            late.computeIfAbsent(notification.key(), k -> new ArrayDeque<>()).add(notification);
        }

        private void deliverSome(int count) {
            for (int i = 0; i < count && !late.isEmpty(); i++) {
                final List<String> keys = List.copyOf(late.keySet());
                final String key = keys.get(random.nextInt(keys.size()));
                final Notification notification = late.get(key).remove();
                cluster.deliver(notification);
                if (random.nextInt(4) == 0) {
                    late.get(key).add(notification);
                }
                if (late.get(key).isEmpty()) {
                    late.remove(key);
                }
            }
        }

        void finish() {
            while (random != null && !late.isEmpty()) {
                deliverSome(1);
            }
        }
    }
}
