package org.usagestreams.service.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.MockTopic;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.Readmission;

/** Which days were read back, by the records of their topic. */
class KnownReadmissionsTest {
    private static final String TOPIC = "usage.readmissions";
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";
    private static final LocalDate DATE = LocalDate.parse("2020-01-01");
    private static final Instant NOW = Instant.parse("2025-11-24T11:00:00Z");

    private final MockTopic topic = new MockTopic(TOPIC);
    private final KnownReadmissions readmissions =
            new KnownReadmissions(topic, Map.of(), TOPIC, Clock.fixed(NOW, ZoneOffset.UTC));

    @BeforeEach
    void load() {
        readmissions.load();
    }

    private void read(String key, byte[] value) {
        topic.add(key, value);
        readmissions.step();
    }

    private void readmit(String organisation, LocalDate date, Instant until) {
        read(new DayKey(organisation, SOURCE, date).toString(), readmission(until));
    }

    private static byte[] readmission(Instant until) {
        return Readmission.newBuilder()
                .setUntilMillis(until.toEpochMilli())
                .build()
                .toByteArray();
    }

    @Test
    void shouldNameTheDaysThatWereReadBackUntilTheirTimeIsOver() {
        assertThat(readmissions.of("org1", SOURCE)).isEmpty();
        readmit("org1", DATE, NOW.plusSeconds(1));
        readmit("org1", DATE.plusDays(1), NOW);
        assertThat(readmissions.of("org1", SOURCE)).containsExactly(DATE);
        assertThat(readmissions.of("org2", SOURCE)).isEmpty();
        readmit("org1", DATE.plusDays(1), NOW.plusSeconds(1));
        assertThat(readmissions.of("org1", SOURCE)).containsExactlyInAnyOrder(DATE, DATE.plusDays(1));
        read(new DayKey("org1", SOURCE, DATE).toString(), null);
        assertThat(readmissions.of("org1", SOURCE)).containsExactly(DATE.plusDays(1));
    }

    @Test
    void shouldReadWhatHasComeSinceWhenItIsAsked() {
        readmissions.refresh();
        assertThat(readmissions.of("org1", SOURCE)).isEmpty();
        topic.add(new DayKey("org1", SOURCE, DATE).toString(), readmission(NOW.plusSeconds(1)));
        readmissions.refresh();
        assertThat(readmissions.of("org1", SOURCE)).containsExactly(DATE);
    }

    @Test
    void shouldPassOverWhatIsNoReadmission() {
        read("no day", new byte[0]);
        read(new DayKey("org1", SOURCE, DATE).toString(), new byte[] {8});
        readmit("org1", DATE, NOW.plusSeconds(1));
        assertThat(readmissions.of("org1", SOURCE)).containsExactly(DATE);
    }
}
