package org.usagestreams.service.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.testkit.ManualClock;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;

/** What becomes of announcements: with a bucket and an ingress in this process, and a producer that is none. */
class AnnouncementRecordsTest {
    private static final String VALIDATIONS = "platform.upload.validation";
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST = 1_000;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-01T00:00:00Z"));
    private final IntakeCounts counts = new IntakeCounts();
    private final FakeOutput output = new FakeOutput();
    private FakeBucket bucket;
    private HttpServer ingress;
    private volatile int status = 200;
    private byte[] payload = "a payload".getBytes(UTF_8);
    private AnnouncementRecords records;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        bucket = new FakeBucket();
        ingress = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ingress.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(status, status == 200 ? payload.length : -1);
                if (status == 200) {
                    exchange.getResponseBody().write(payload);
                }
            }
        });
        ingress.start();
        records = new AnnouncementRecords(
                new AnnouncementRecords.Options(
                        "hccm",
                        VALIDATIONS,
                        "org",
                        FakeBucket.NAME,
                        MOST,
                        LONGEST,
                        new ExponentialBackoff(1_000, 2, 60_000, 0)),
                new PayloadDownload(new OkHttpClient(), Duration.ofSeconds(60), Set.of(host()), MOST),
                bucket.store(counts),
                new WorkFolder(directory.resolve("work")),
                output.topics,
                counts,
                clock);
    }

    @AfterEach
    void stop() throws IOException {
        ingress.stop(0);
        bucket.close();
        final Path left = directory.resolve("work/payload.tar.gz");
        assertThat(left).as("the payload at hand").doesNotExist();
    }

    private String host() {
        return "127.0.0.1:" + ingress.getAddress().getPort();
    }

    private String announcement(String request, String url) {
        return "{\"request_id\": \"" + request + "\", \"org_id\": \"77\", \"url\": \"" + url + "\", \"size\": 9}";
    }

    private RecordOutcome handle(long offset, String service, String value) {
        final ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "platform.upload.announce", 0, offset, null, value == null ? null : value.getBytes(UTF_8));
        if (service != null) {
            record.headers().add("service", service.getBytes(UTF_8));
        }
        return records.handle(record, output);
    }

    private RecordOutcome handle(long offset, String value) {
        return handle(offset, "hccm", value);
    }

    private static Map.Entry<String, String> confirmed(String request, String validation) {
        return Map.entry(request, "{\"request_id\":\"" + request + "\",\"validation\":\"" + validation + "\"}");
    }

    @Test
    void shouldPutAnAnnouncedPayloadAndConfirmIt() throws IOException {
        assertThat(handle(0, announcement("r-1", "http://" + host() + "/p"))).isEqualTo(RecordOutcome.COMPLETE);
        final String key =
                "payloads/org77/" + PayloadStore.digest(Files.write(directory.resolve("copy"), payload)) + ".tar.gz";
        assertThat(bucket.put).containsExactly(key);
        assertThat(bucket.objects.get(key).metadata()).containsEntry("x-amz-meta-request-id", "r-1");
        assertThat(output.texts(VALIDATIONS)).containsExactly(confirmed("r-1", "success"));
        assertThat(output.facts())
                .as("the bucket's notification tells the ledger")
                .isEmpty();
        assertThat(counts.announcementsTaken.sum()).isOne();
    }

    @Test
    void shouldPutThePayloadOfTwoAnnouncementsOnce() {
        handle(0, announcement("r-1", "http://" + host() + "/p"));
        handle(1, announcement("r-2", "http://" + host() + "/p"));
        assertThat(bucket.put).hasSize(1);
        assertThat(output.texts(VALIDATIONS)).containsExactly(confirmed("r-1", "success"), confirmed("r-2", "success"));
    }

    @Test
    void shouldPassOverAnnouncementsOfOtherServices() {
        final String announcement = announcement("r-1", "http://" + host() + "/p");
        assertThat(handle(0, "advisor", announcement)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(handle(1, null, announcement)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(output.producer.history()).isEmpty();
        assertThat(bucket.put).isEmpty();
    }

    @Test
    void shouldRefuseWhatCannotBeFetched() {
        status = 404;
        handle(0, announcement("gone", "http://" + host() + "/p"));
        handle(1, announcement("elsewhere", "http://169.254.169.254/latest/meta-data"));
        handle(2, announcement("large", "http://" + host() + "/p").replace("\"size\": 9", "\"size\": 1001"));
        status = 200;
        payload = new byte[MOST + 1];
        handle(3, announcement("larger", "http://" + host() + "/p"));
        assertThat(output.texts(VALIDATIONS))
                .containsExactly(
                        confirmed("gone", "failure"),
                        confirmed("elsewhere", "failure"),
                        confirmed("large", "failure"),
                        confirmed("larger", "failure"));
        assertThat(output.deadLetters())
                .allSatisfy(letter -> {
                    assertThat(letter.step()).isEqualTo(DeadLetter.Step.ANNOUNCEMENT);
                    assertThat(letter.payload()).as("the announcement").isNotEmpty();
                })
                .extracting(DeadLetter::reason)
                .satisfiesExactly(
                        reason -> assertThat(reason).contains("payload gone: 127.0.0.1 answers HTTP 404"),
                        reason -> assertThat(reason).contains("169.254.169.254:80, is not in intake.announce.hosts"),
                        reason -> assertThat(reason).contains("1001 bytes, and intake.payload.bytes allows 1000"),
                        reason -> assertThat(reason).contains("more than 1000 bytes (intake.payload.bytes)"));
        assertThat(bucket.put).isEmpty();
        assertThat(counts.announcementsRefused.sum()).isEqualTo(4);
    }

    @Test
    void shouldRefuseWhatCannotBeRead() {
        handle(0, "{");
        handle(1, null);
        handle(2, "{\"request_id\": \"r-1\", \"org_id\": \"77\"}");
        assertThat(output.deadLetters())
                .extracting(DeadLetter::record)
                .containsExactly(
                        "platform.upload.announce-0@0", "platform.upload.announce-0@1", "platform.upload.announce-0@2");
        assertThat(output.texts(VALIDATIONS)).as("only of a known upload").containsExactly(confirmed("r-1", "failure"));
    }

    private ConsumerRecord<byte[], byte[]> lastRetry() {
        final List<ConsumerRecord<byte[], byte[]>> retries = output.consumed(TopicRole.ANNOUNCEMENT_RETRIES);
        return retries.get(retries.size() - 1);
    }

    @Test
    void shouldLetOthersGoOnWhileAPayloadCannotBeFetched() {
        status = 503;
        assertThat(handle(0, announcement("r-1", "http://" + host() + "/p"))).isEqualTo(RecordOutcome.COMPLETE);
        status = 200;
        assertThat(handle(1, announcement("r-2", "http://" + host() + "/p"))).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(output.texts(VALIDATIONS)).containsExactly(confirmed("r-2", "success"));
        assertThat(records.handle(lastRetry(), output))
                .as("not due: its partition is read again then")
                .isEqualTo(new RecordOutcome.NotDue(1_001));
        clock.pass(Duration.ofSeconds(1));
        assertThat(records.handle(lastRetry(), output)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(output.texts(VALIDATIONS)).containsExactly(confirmed("r-2", "success"), confirmed("r-1", "success"));
        assertThat(counts.announcementsDelayed.sum()).isOne();
    }

    @Test
    void shouldTryAgainUntilTheTimeIsUp() {
        status = 503;
        handle(0, announcement("r-1", "http://" + host() + "/p"));
        final List<Long> pauses = new ArrayList<>();
        for (int attempts = 1; output.deadLetters().isEmpty(); attempts++) {
            assertThat(output.consumed(TopicRole.ANNOUNCEMENT_RETRIES)).hasSize(attempts);
            final ConsumerRecord<byte[], byte[]> retry = lastRetry();
            if (records.handle(retry, output) instanceof RecordOutcome.NotDue notDue) {
                pauses.add(notDue.millis() / 1_000);
                clock.pass(Duration.ofMillis(notDue.millis() - 1));
            }
            assertThat(records.handle(retry, output)).isEqualTo(RecordOutcome.COMPLETE);
        }
        assertThat(pauses).startsWith(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
        assertThat(pauses.stream().mapToLong(Long::longValue).sum())
                .as("tried for the last time at the end")
                .isEqualTo(LONGEST.toSeconds());
        assertThat(output.texts(VALIDATIONS)).containsExactly(confirmed("r-1", "failure"));
        assertThat(output.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.reason())
                    .contains("it could not be fetched for PT10M")
                    .contains("503");
            assertThat(letter.record()).isEqualTo("platform.upload.announce-0@0");
            assertThat(letter.payload()).as("the announcement").isNotEmpty();
        });
    }

    @Test
    void shouldTakeWhatIsOnTheTopicOfRetriesWithoutHeaders() {
        final ConsumerRecord<byte[], byte[]> bare = new ConsumerRecord<>(
                output.topics.name(TopicRole.ANNOUNCEMENT_RETRIES),
                0,
                7,
                null,
                announcement("r-1", "http://" + host() + "/p").getBytes(UTF_8));
        assertThat(records.handle(bare, output)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(output.texts(VALIDATIONS)).containsExactly(confirmed("r-1", "success"));
    }

    @Test
    void shouldConfirmNothingBeforeTheBucketHasIt() {
        bucket.putStatus = 503;
        final String announcement = announcement("r-1", "http://" + host() + "/p");
        assertThat(handle(0, announcement)).isInstanceOf(RecordOutcome.Unavailable.class);
        clock.pass(LONGEST.multipliedBy(2));
        assertThat(handle(0, announcement))
                .as("the bucket's failure is not the payload's")
                .isInstanceOf(RecordOutcome.Unavailable.class);
        assertThat(output.producer.history()).isEmpty();
        bucket.putStatus = 0;
        assertThat(handle(0, announcement)).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(output.texts(VALIDATIONS)).containsExactly(confirmed("r-1", "success"));
    }
}
