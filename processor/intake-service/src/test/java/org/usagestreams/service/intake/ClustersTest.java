package org.usagestreams.service.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.MockTopic;

/** Which source a cluster is, by records of reference data. */
class ClustersTest {
    private static final UUID FIRST = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final UUID SECOND = UUID.fromString("00000000-0000-4000-8000-000000000002");

    private final MockTopic kafka = new MockTopic("usage.clusters");
    private final Clusters clusters = new Clusters(kafka, Map.of(), "usage.clusters");

    @BeforeEach
    void load() {
        clusters.load();
    }

    private void read(String organisation, UUID source, String clusterId) {
        kafka.add(
                organisation + "|" + source,
                clusterId == null ? null : ("{\"cluster_id\": \"" + clusterId + "\"}").getBytes(UTF_8));
        clusters.step();
    }

    @Test
    void shouldKnowTheSourceOfACluster() {
        assertThat(clusters.source("org1", "c")).isEmpty();
        read("org1", FIRST, "c");
        assertThat(clusters.source("org1", "c")).contains(FIRST);
        assertThat(clusters.source("org2", "c")).as("another organisation's").isEmpty();
        assertThat(clusters.source("org1", "d")).isEmpty();
    }

    @Test
    void shouldForgetWhatIsRemovedOrRenamed() {
        read("org1", FIRST, "c");
        read("org1", FIRST, "d");
        assertThat(clusters.source("org1", "c")).isEmpty();
        assertThat(clusters.source("org1", "d")).contains(FIRST);
        read("org1", FIRST, null);
        assertThat(clusters.source("org1", "d")).isEmpty();
    }

    @Test
    void shouldPreferTheOrganisationsOwnToThoseOfEveryOne() {
        read("", FIRST, "c");
        assertThat(clusters.source("org1", "c")).contains(FIRST);
        read("org1", SECOND, "c");
        assertThat(clusters.source("org1", "c")).contains(SECOND);
        assertThat(clusters.source("org2", "c")).contains(FIRST);
    }

    @Test
    void shouldTakeTheSameOfSeveralSources() {
        read("org1", SECOND, "c");
        read("org1", FIRST, "c");
        assertThat(clusters.source("org1", "c")).contains(FIRST);
        read("org1", FIRST, null);
        assertThat(clusters.source("org1", "c")).contains(SECOND);
    }

    @Test
    void shouldPassOverWhatIsNoCluster() {
        kafka.add("org1|" + FIRST, "no JSON".getBytes(UTF_8));
        kafka.add("org1|no-uuid", "{}".getBytes(UTF_8));
        read("org1", SECOND, "c");
        assertThat(clusters.source("org1", "c")).contains(SECOND);
    }
}
