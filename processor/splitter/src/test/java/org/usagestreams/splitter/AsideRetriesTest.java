package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ManualClock;
import org.usagestreams.testkit.MockTopic;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Events that were set aside are sent again when their time has come, as the dead letter topic has them. */
class AsideRetriesTest {
    private static final String LETTERS = "letters";
    private static final Instant START = Instant.parse("2025-11-24T11:00:00Z");

    private final MockTopic topic = new MockTopic(LETTERS);
    private final AtomicBoolean turn = new AtomicBoolean(true);
    private final ManualClock clock = new ManualClock(START);

    private final AsideRetries retries = new AsideRetries(
            topic,
            Map.of(),
            LETTERS,
            "notifications",
            turn::get,
            new AsidePolicy(
                    Duration.ofSeconds(1), Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofSeconds(10), 2),
            clock);

    AsideRetriesTest() {
        retries.step();
    }

    private void deadLetter(String id, Instant notBefore) {
        record(
                id,
                new DeadLetter(
                                DeadLetter.Step.STORE,
                                "r",
                                null,
                                null,
                                "n-0@1",
                                null,
                                START.toString(),
                                new DeadLetter.Retry(notBefore.toString(), "key of " + id, "event of " + id))
                        .toJson());
    }

    private void record(String id, byte[] value) {
        topic.add(id, value);
    }

    private List<String> sent() {
        return topic.produced().stream()
                .map(sent -> new String(sent.value(), UTF_8))
                .toList();
    }

    @Test
    void shouldSendAnEventWhenItsTimeHasComeAndOnce() {
        deadLetter("a", START.plusSeconds(1));
        retries.step();
        assertThat(sent()).isEmpty();
        clock.set(START.plusSeconds(1));
        retries.step();
        retries.step();
        assertThat(sent()).containsExactly("event of a");
        assertThat(topic.produced().get(0).topic()).isEqualTo("notifications");
        clock.pass(Duration.ofMinutes(10));
        retries.step();
        assertThat(sent())
                .as("where the attempt left no trace, it is sent again")
                .hasSize(2);
    }

    @Test
    void shouldNotSendAnEventThatWasSettled() {
        deadLetter("a", START);
        record("a", null);
        record("b", new byte[] {'?'});
        retries.step();
        assertThat(sent()).isEmpty();
    }

    @Test
    void shouldHoldTheFirstDueWhereThereAreTooMany() {
        deadLetter("late", START.plusSeconds(30));
        deadLetter("soon", START.plusSeconds(1));
        deadLetter("next", START.plusSeconds(2));
        retries.step();
        clock.set(START.plusSeconds(2));
        retries.step();
        assertThat(sent()).containsExactlyInAnyOrder("event of soon", "event of next");
    }
}
