package org.usagestreams.service.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.MockTopic;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Payloads that wait for their clusters, by dead letters. */
class WaitingPayloadsTest {
    private final MockTopic reference = new MockTopic("usage.clusters");
    private final MockTopic kafka = new MockTopic("usage.dead-letters");
    private final Clusters clusters = new Clusters(reference, Map.of(), "usage.clusters");
    private final AtomicBoolean turn = new AtomicBoolean(true);
    private final WaitingPayloads waiting = new WaitingPayloads(
            kafka,
            Map.of(),
            "usage.dead-letters",
            "usage.marked-notifications",
            clusters,
            turn::get,
            Clock.fixed(Instant.parse("2026-08-01T00:00:00Z"), ZoneOffset.UTC));

    @BeforeEach
    void begin() {
        clusters.load();
        waiting.step();
    }

    private static DeadLetter letter(String cluster, long bytes) {
        return new DeadLetter(
                DeadLetter.Step.PAYLOAD,
                "it waits",
                new DeadLetter.ObjectOf("b", "payloads/org1/" + cluster + ".tar.gz", "e", "", 1, 1),
                "cluster " + cluster,
                null,
                null,
                "2026-08-01T00:00:00Z",
                new DeadLetter.Retry(
                        "2026-08-08T00:00:00Z",
                        "b/" + cluster,
                        "event of " + cluster,
                        new DeadLetter.AwaitedCluster("org1", cluster, bytes)));
    }

    private void add(DeadLetter letter) {
        kafka.add(letter.id(), letter.toJson());
        waiting.step();
    }

    private void register(String cluster) {
        reference.add("org1|" + UUID.randomUUID(), ("{\"cluster_id\": \"" + cluster + "\"}").getBytes(UTF_8));
        clusters.step();
        waiting.step();
    }

    @Test
    void shouldSendTheEventWhenTheClusterBecomesKnown() {
        add(letter("c", 100));
        add(letter("d", 50));
        assertThat(waiting.count()).isEqualTo(2);
        assertThat(waiting.bytes()).isEqualTo(150);
        assertThat(kafka.produced()).isEmpty();
        register("c");
        waiting.step();
        assertThat(kafka.produced()).singleElement().satisfies(sent -> {
            assertThat(sent.topic()).isEqualTo("usage.marked-notifications");
            assertThat(sent.key()).asString().isEqualTo("b/c");
            assertThat(sent.value()).asString().isEqualTo("event of c");
        });
    }

    @Test
    void shouldForgetWhatIsSettled() {
        final DeadLetter letter = letter("c", 100);
        add(letter);
        kafka.add(letter.id(), null);
        waiting.step();
        assertThat(waiting.count()).isZero();
        assertThat(waiting.bytes()).isZero();
        register("c");
        assertThat(kafka.produced()).isEmpty();
    }

    @Test
    void shouldSendNothingUntilItIsItsTurn() {
        turn.set(false);
        add(letter("c", 100));
        register("c");
        assertThat(waiting.count()).isOne();
        assertThat(kafka.produced()).isEmpty();
        turn.set(true);
        waiting.step();
        assertThat(kafka.produced()).hasSize(1);
    }

    @Test
    void shouldPassOverOtherDeadLetters() {
        kafka.add("x", "no dead letter".getBytes(UTF_8));
        add(new DeadLetter(DeadLetter.Step.NOTIFICATION, "other", null, null, "t-0@1", null, "2026-08-01T00:00:00Z"));
        assertThat(waiting.count()).isZero();
    }
}
