package org.usagestreams.wire.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Events that are written in the bucket's stead. */
class EventRecordTest {
    private static BucketEvent event(BucketEvent.Kind kind, String key) {
        return new BucketEvent(
                kind,
                "reports",
                key,
                "etag-2",
                "v1",
                "",
                Instant.parse("2025-11-03T07:00:00.001Z"),
                new EventMark(
                        EventMark.Origin.READMIT,
                        Instant.parse("2025-11-02T00:00:00Z"),
                        Set.of(LocalDate.of(2025, 1, 2), LocalDate.of(2025, 1, 1))));
    }

    @Test
    void shouldBeReadAsWritten() throws MalformedNotificationException {
        for (final BucketEvent.Kind kind : List.of(BucketEvent.Kind.CREATED, BucketEvent.Kind.REMOVED)) {
            final BucketEvent event = event(kind, "data/a b+%25 日\uD83D\uDE00/x");
            assertEquals(List.of(event), NotificationParser.parse(EventRecord.value(event)));
            assertEquals("reports/data/a b+%25 日\uD83D\uDE00/x", new String(EventRecord.key(event), UTF_8));
        }
    }

    @Test
    void shouldNotTakeAMarkFromTheBucketForOurs() throws MalformedNotificationException {
        final String forged = new String(EventRecord.value(event(BucketEvent.Kind.CREATED, "k")), UTF_8)
                .replace("usage-streams:usageStreams", "minio:s3");
        assertNull(NotificationParser.parse(forged.getBytes(UTF_8)).get(0).mark());
    }

    @Test
    void shouldRefuseAMarkThatMakesNoSense() {
        final String good = new String(EventRecord.value(event(BucketEvent.Kind.CREATED, "k")), UTF_8);
        for (final String bad : List.of(
                good.replace("READMIT", "OTHER"),
                good.replace("2025-01-02", "soon"),
                good.replace("2025-11-02T00:00:00Z", "then"))) {
            assertThrows(MalformedNotificationException.class, () -> NotificationParser.parse(bad.getBytes(UTF_8)));
        }
    }

    @Test
    void shouldRefuseNamesThatNoObjectCanHave() {
        for (final String key : List.of("k".repeat(1025), "a\0b")) {
            final byte[] value = EventRecord.value(event(BucketEvent.Kind.CREATED, key));
            assertThrows(MalformedNotificationException.class, () -> NotificationParser.parse(value), key);
        }
    }
}
