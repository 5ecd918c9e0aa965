package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.store.ObjectFilter;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.EventRecord;

/** What a writer of notifications, or of objects, may not say. */
class RefusedEventTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";
    private static final String FOLDER = "data/org/OCP/source=" + SOURCE + "/openshift_pod_usage_line_items/";
    private static final Instant NOW = Instant.parse("2025-11-24T11:00:00Z");
    private static final EventPolicy POLICY = new EventPolicy(Set.of("reports"), Duration.ofMinutes(15));

    private final List<String> asked = new ArrayList<>();
    private final HandledRecords handled = new HandledRecords();
    private final SplitterCounts counts = new SplitterCounts();
    private StubStore store;
    private boolean ours;
    private String hours;
    private String manifest = "1";
    private SourceOwners owners = SourceOwners.UNKNOWN;

    @BeforeEach
    void start() throws IOException {
        store = new StubStore(this::answer);
    }

    @AfterEach
    void stop() {
        store.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().getPath());
        StubStore.describe(exchange, "v1", "Mon, 24 Nov 2025 10:00:00 GMT");
        if (hours != null) {
            exchange.getResponseHeaders().add("x-amz-meta-manifestid", manifest);
            exchange.getResponseHeaders().add("x-amz-meta-reportnumhours", hours);
        }
        StubStore.send(exchange, 200, "not Parquet".getBytes(UTF_8));
    }

    private static String event(String bucket, String key, Instant time) {
        return "{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":\"" + time
                + "\",\"eventSource\":\"minio:s3\",\"s3\":{\"bucket\":{\"name\":\"" + bucket
                + "\"},\"object\":{\"key\":\"" + URLEncoder.encode(key, UTF_8)
                + "\",\"eTag\":\"v1\",\"sequencer\":\"17F0\"}}}";
    }

    private RecordOutcome handle(String... events) {
        final NotificationHandler handler = new NotificationHandler(
                new ObjectStore(store.client()),
                1 << 20,
                new ObjectSplitter(SplitLimits.DEFAULTS),
                counts,
                Clock.fixed(NOW, ZoneOffset.UTC),
                Time.SYSTEM,
                ObjectTime.DEFAULTS,
                new SplitPolicy(
                        ObjectFilter.ALL,
                        false,
                        3_653,
                        AsidePolicy.DEFAULTS,
                        null,
                        POLICY,
                        (org, source) -> owners.otherOwner(org, source),
                        ReadmittedDays.NONE),
                Lane.second(SecondLane.DEFAULTS, ObjectTime.DEFAULTS));
        final Notification notification = new Notification(
                ("{\"Records\":[" + String.join(",", events) + "]}").getBytes(UTF_8), "n-0@1", 1, ours);
        handler.announce(notification, "", handled);
        return handler.handle(notification, new ReadResults(), handled);
    }

    /** Refused: nobody asks the store, the ledger does not hear of it, and the reason says what is wrong. */
    private void assertRefused(String reason) {
        assertThat(asked).isEmpty();
        assertThat(handled.facts).isEmpty();
        assertThat(handled.deadLetters).singleElement().satisfies(letter -> {
            assertThat(letter.step()).isEqualTo(DeadLetter.Step.NOTIFICATION);
            assertThat(letter.reason()).contains(reason);
            assertThat(letter.payload()).isNotNull();
        });
    }

    @Test
    void shouldRefuseEventsOfOtherBuckets() {
        assertThat(handle(event("others", FOLDER + "f.parquet", NOW))).isEqualTo(RecordOutcome.COMPLETE);
        assertRefused("store.buckets");
    }

    @Test
    void shouldRefuseEventsOfTheFuture() {
        handle(event("reports", FOLDER + "f.parquet", NOW.plus(Duration.ofMinutes(16))));
        assertRefused("2025-11-24T11:16:00Z");
    }

    @Test
    void shouldTakeEventsOfTheFutureWithinTheTolerance() {
        handle(event("reports", FOLDER + "f.parquet", NOW.plus(Duration.ofMinutes(14))));
        assertThat(asked).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../f.parquet",
                "./f.parquet",
                "a\nb.parquet",
                "a\u001b[2Jb.parquet",
                "a\u009bb.parquet",
                "a\u202eb.parquet",
                "source=00000000-0000-4000-8000-0000000000dd/f.parquet",
                "other/OCP/pod_usage/f.parquet"
            })
    void shouldRefuseMalformedKeys(String name) {
        handle(event("reports", FOLDER + name, NOW));
        assertRefused("key");
        assertThat(handled.deadLetters.get(0).reason()).doesNotContainPattern("[\\p{Cc}\\p{Cf}]");
    }

    private static String marked() {
        final BucketEvent event = new BucketEvent(
                BucketEvent.Kind.CREATED,
                "reports",
                FOLDER + "f.parquet",
                "v1",
                "",
                "17F0",
                NOW,
                new EventMark(EventMark.Origin.REPLAY, NOW, Set.of()));
        final String value = new String(EventRecord.value(event), UTF_8);
        return value.substring("{\"Records\":[".length(), value.length() - "]}".length());
    }

    @Test
    void shouldRefuseMarksOfOursWhereTheBucketWrites() {
        handle(marked());
        assertRefused("REPLAY");
    }

    @Test
    void shouldBelieveMarksOfOursWhereWeWriteAlone() {
        ours = true;
        handle(marked());
        assertThat(asked).isNotEmpty();
        assertThat(counts.eventsMarked.sum()).isEqualTo(1);
    }

    @Test
    void shouldRefuseOneEventAndHandleTheOthersOfItsNotification() {
        handle(
                event("reports", FOLDER + "../f.parquet", NOW),
                event("reports", FOLDER + "g.parquet", NOW),
                event("others", FOLDER + "h.parquet", NOW));
        assertThat(asked).isNotEmpty().allMatch(path -> path.endsWith("/g.parquet"));
        assertThat(handled.deadLetters)
                .filteredOn(letter -> letter.step() == DeadLetter.Step.NOTIFICATION)
                .hasSize(2)
                .extracting(DeadLetter::id)
                .doesNotHaveDuplicates();
    }

    private void assertRejected(String reason) {
        assertThat(handled.deadLetters).singleElement().satisfies(letter -> {
            assertThat(letter.step()).isEqualTo(DeadLetter.Step.SPLIT);
            assertThat(letter.reason()).contains(reason);
        });
        assertThat(handled.facts.get(handled.facts.size() - 1).hasFailed()).isTrue();
        assertThat(counts.objects(ObjectOutcome.REJECTED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"745", "-1", "9223372036854775807"})
    void shouldRejectObjectsOfManifestsThatStandForMoreThanAMonth(String reportHours) {
        hours = reportHours;
        handle(event("reports", FOLDER + "f.parquet", NOW));
        assertRejected(reportHours);
    }

    @Test
    void shouldRejectObjectsOfManifestsWithIdsThatAreNone() {
        hours = "744";
        manifest = "9".repeat(65);
        handle(event("reports", FOLDER + "f.parquet", NOW));
        assertRejected("manifest");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "744", "unreadable"})
    void shouldReadObjectsOfManifestsWithinTheRange(String reportHours) {
        hours = reportHours;
        handle(event("reports", FOLDER + "f.parquet", NOW));
        assertRejected("Parquet");
    }

    @Test
    void shouldRejectObjectsOfASourceOfAnotherOrganisation() {
        owners = (organisation, source) ->
                organisation.equals("org") && source.equals(SOURCE) ? Optional.of("org7") : Optional.empty();
        handle(event("reports", FOLDER + "f.parquet", NOW));
        assertRejected("organisation org7");
    }
}
