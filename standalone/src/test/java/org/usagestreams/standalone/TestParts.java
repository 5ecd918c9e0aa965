package org.usagestreams.standalone;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * What integration tests run on, chosen by the environment variable {@value #SWITCH}: {@code embedded}, {@code containers}, or
 * {@code auto}, which is containers where a Docker engine answers and has, or can pull, the images. Kafka and PostgreSQL come
 * from there, and {@link MinioIT}'s MinIO; the store of tests that lose and reorder notifications is always the embedded one.
 */
final class TestParts {
    /** The switch. */
    static final String SWITCH = "TEST_PARTS";

    static final String KAFKA_IMAGE = "apache/kafka:4.4.0";
    static final String POSTGRES_IMAGE = "postgres:18.6";

    private static final Duration PULL = Duration.ofMinutes(5);

    private static final boolean CONTAINERS = decide();

    private TestParts() {}

    /** Whether tests run on containers. */
    static boolean containers() {
        return CONTAINERS;
    }

    private static boolean decide() {
        final String chosen = System.getenv().getOrDefault(SWITCH, "auto").toLowerCase(Locale.ROOT);
        final boolean containers =
                switch (chosen) {
                    case "containers" -> true;
                    case "embedded" -> false;
                    case "auto" -> canRun();
                    default ->
                        throw new IllegalArgumentException(SWITCH + " is embedded, containers or auto, not " + chosen);
                };
        System.out.println("integration tests run on "
                + (containers ? "containers: " + KAFKA_IMAGE + ", " + POSTGRES_IMAGE : "embedded Kafka and PostgreSQL")
                + " (" + SWITCH + "=" + chosen + ")");
        return containers;
    }

    /** Whether an engine answers and has the images, or can pull them: it may reach no registry. */
    private static boolean canRun() {
        try {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                System.out.println("skipped: containers; no Docker engine answers");
                return false;
            }
            obtain(KAFKA_IMAGE);
            obtain(POSTGRES_IMAGE);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException e) {
            System.out.println("skipped: containers; a Docker engine answers, but " + e.getMessage());
            return false;
        }
    }

    /** Whether tests run on containers and this image is there as well. */
    static boolean hasImage(String image) {
        if (!CONTAINERS) {
            return false;
        }
        try {
            obtain(image);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (RuntimeException e) {
            System.out.println("skipped: " + image + "; " + e.getMessage());
            return false;
        }
    }

    private static void obtain(String image) throws InterruptedException {
        final DockerClient client = DockerClientFactory.instance().client();
        try {
            client.inspectImageCmd(image).exec();
        } catch (NotFoundException e) {
            client.pullImageCmd(image).start().awaitCompletion(PULL.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static PostgreSQLContainer postgres() {
        return new PostgreSQLContainer(DockerImageName.parse(POSTGRES_IMAGE));
    }

    /** A cluster of its own for a test. */
    static EmbeddedCluster.Options options(Map<String, String> settings, String tableSql) {
        return new EmbeddedCluster.Options(null, 0, 0, 0, 0, settings, tableSql, outside(null));
    }

    /** The same with a store that is there. */
    static EmbeddedCluster.Options options(Map<String, String> settings, ExternalParts.Store store) {
        return new EmbeddedCluster.Options(null, 0, 0, 0, 0, settings, null, outside(store));
    }

    @SuppressWarnings("resource") // The cluster ends them.
    private static ExternalParts outside(ExternalParts.Store store) {
        if (!CONTAINERS) {
            return new ExternalParts(null, SharedPostgres.database(), store, () -> {});
        }
        final KafkaContainer kafka = new KafkaContainer(DockerImageName.parse(KAFKA_IMAGE))
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
                .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1");
        final PostgreSQLContainer postgres = postgres();
        kafka.start();
        postgres.start();
        return new ExternalParts(
                kafka.getBootstrapServers(),
                new ExternalParts.At(postgres.getJdbcUrl(), postgres.getUsername(), postgres.getPassword()),
                store,
                () -> {
                    postgres.stop();
                    kafka.stop();
                });
    }
}
