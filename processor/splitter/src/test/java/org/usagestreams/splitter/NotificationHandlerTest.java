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
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact.FactCase;

/** What notifications lead to, by what a store answers. */
class NotificationHandlerTest {
    private static final String KEY =
            "data/org/OCP/source=00000000-0000-4000-8000-0000000000cc/openshift_pod_usage_line_items/f.parquet";
    private static final Instant EVENT = Instant.parse("2025-11-24T11:00:00.250Z");

    private StubStore store;
    private RecordOutcome outcome;
    private volatile int status = 200;
    private volatile String code = "";
    private volatile String etag = "v2";
    private volatile String version = "";
    private volatile int otherStatus = 200;
    private Instant now = EVENT.plusSeconds(600);

    @BeforeEach
    void start() throws IOException {
        store = new StubStore(this::answer);
    }

    @AfterEach
    void stop() {
        store.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        final String path = exchange.getRequestURI().getPath();
        final boolean listing = path.equals("/reports") || path.equals("/reports/");
        final int answered = path.endsWith("/f.parquet") ? status : otherStatus;
        final String body = listing && answered == 200
                ? "<ListBucketResult><Name>reports</Name><Prefix></Prefix><IsTruncated>false</IsTruncated>"
                        + "<Contents><Key>other</Key><LastModified>2025-11-24T10:00:00.000Z</LastModified>"
                        + "<ETag>&quot;o&quot;</ETag><Size>3</Size></Contents></ListBucketResult>"
                : answered == 200
                        ? "not Parquet"
                        : "<Error><Code>" + code + "</Code><Message>words of the store</Message>"
                                + "<RequestId>1</RequestId></Error>";
        StubStore.describe(exchange, etag, "Mon, 24 Nov 2025 10:00:00 GMT");
        exchange.getResponseHeaders()
                .add("Content-Type", listing || answered != 200 ? "application/xml" : "application/octet-stream");
        if (!version.isEmpty()) {
            exchange.getResponseHeaders().add("x-amz-version-id", version);
        }
        StubStore.send(exchange, answered, body.getBytes(UTF_8));
    }

    private HandledRecords handle(byte[] value) {
        final HandledRecords records = new HandledRecords();
        outcome = new NotificationHandler(
                        new ObjectStore(store.client()),
                        1 << 20,
                        new ObjectSplitter(SplitLimits.DEFAULTS),
                        new SplitterCounts(),
                        Clock.fixed(now, ZoneOffset.UTC),
                        Time.SYSTEM,
                        ObjectTime.DEFAULTS,
                        SplitPolicy.DEFAULTS,
                        Lane.second(SecondLane.DEFAULTS, ObjectTime.DEFAULTS))
                .handle(new Notification(value, "n-0@1", 1, true), new ReadResults(), records);
        return records;
    }

    private HandledRecords handle(String event, String eventEtag, String versionId) {
        return handle(("{\"Records\":[{\"eventName\":\"" + event + "\",\"eventTime\":\"" + EVENT
                        + "\",\"eventSource\":\"minio:s3\",\"s3\":{\"bucket\":{\"name\":\"reports\"},\"object\":{\"key\":\""
                        + URLEncoder.encode(KEY, UTF_8) + "\",\"eTag\":\"" + eventEtag + "\",\"versionId\":\""
                        + versionId
                        + "\",\"sequencer\":\"17F0\"}}}]}")
                .getBytes(UTF_8));
    }

    private void answerWith(int newStatus, String newCode) {
        status = newStatus;
        code = newCode;
    }

    @Test
    void shouldAskTheStoreOnAPlainRemoval() {
        final HandledRecords records = handle("s3:ObjectRemoved:Delete", "", "");
        assertThat(records.cases()).containsExactly(FactCase.CURRENT);
        assertThat(records.facts.get(0).getCurrent().getReadUnknown()).isFalse();
        answerWith(404, "NoSuchKey");
        assertThat(handle("s3:ObjectRemoved:Delete", "", "").cases()).containsExactly(FactCase.GONE);
    }

    /** In a bucket that was there before its versioning: lifecycle removes the noncurrent "null" version. */
    @Test
    void shouldNotTakeTheLiveObjectForRemovedWhenItsNullVersionGoes() {
        version = "V2";
        final HandledRecords records = handle("s3:ObjectRemoved:Delete", "v1", "null");
        assertThat(records.cases()).containsExactly(FactCase.GONE, FactCase.CURRENT);
        assertThat(records.facts.get(0).getGone().getVersionOnly()).isTrue();
        assertThat(records.facts.get(1).getVersion().getVersionId()).isEqualTo("V2");
    }

    @Test
    void shouldNotReadTheCurrentVersionWhenAnotherOneExpires() {
        version = "V2";
        final HandledRecords records = handle("s3:ObjectRemoved:Delete", "", "V1");
        assertThat(records.cases()).containsExactly(FactCase.GONE, FactCase.CURRENT);
        assertThat(records.facts.get(1).getVersion().getUploadedMillis())
                .isEqualTo(Instant.parse("2025-11-24T10:00:00Z").toEpochMilli());
    }

    @Test
    void shouldLetTheStoreDecideOnAnUnknownCreation() {
        final HandledRecords records = handle("s3:ObjectCreated:SomethingNew", "v2", "");
        assertThat(records.cases()).containsExactly(FactCase.CURRENT);
        assertThat(records.facts.get(0).getCurrent().getReadUnknown()).isTrue();
    }

    @Test
    void shouldSetAnUnreadableObjectAsideAndSplitItWhenItHeals() {
        answerWith(403, "AccessDenied");
        final HandledRecords first = handle("s3:ObjectCreated:Put", "v2", "");
        assertThat(outcome).isEqualTo(RecordOutcome.COMPLETE);
        assertThat(first.cases()).containsExactly(FactCase.RECEIVED);
        assertThat(first.facts.get(0).getReceived().getAside()).contains("AccessDenied", "words of the store");
        final DeadLetter deadLetter = first.deadLetters.get(0);
        assertThat(deadLetter.step()).isEqualTo(DeadLetter.Step.STORE);
        assertThat(deadLetter.retry().notBefore()).isEqualTo(now.plusSeconds(1).toString());

        now = now.plusSeconds(1);
        final HandledRecords second = handle(deadLetter.retry().event().getBytes(UTF_8));
        assertThat(second.settled).containsExactly(deadLetter.id());
        assertThat(second.deadLetters.get(0).id()).isEqualTo(deadLetter.id());
        assertThat(second.deadLetters.get(0).retry().notBefore())
                .isEqualTo(now.plusSeconds(2).toString());

        answerWith(200, "");
        final HandledRecords healed =
                handle(second.deadLetters.get(0).retry().event().getBytes(UTF_8));
        // The object is no Parquet file, so reading it ends with a dead letter of its own.
        assertThat(healed.cases()).containsExactly(FactCase.FAILED);
        assertThat(healed.settled).containsExactly(deadLetter.id());
        assertThat(healed.deadLetters.get(0).step()).isEqualTo(DeadLetter.Step.SPLIT);
        assertThat(healed.facts.get(0).getVersion().getEventTimeMillis()).isEqualTo(EVENT.toEpochMilli());
        assertThat(healed.facts.get(0).getVersion().getSequencer()).isEqualTo("17F0");
    }

    @Test
    void shouldFailAnObjectThatStaysUnreadableAndGoOnTrying() {
        answerWith(403, "AccessDenied");
        DeadLetter deadLetter =
                handle("s3:ObjectCreated:Put", "v2", "").deadLetters.get(0);
        now = now.plus(Duration.ofHours(1));
        final HandledRecords failed = handle(deadLetter.retry().event().getBytes(UTF_8));
        assertThat(failed.cases()).containsExactly(FactCase.FAILED);
        assertThat(failed.facts.get(0).getFailed().getStep()).isEqualTo("STORE");
        assertThat(failed.facts.get(0).getFailed().getReason()).contains("AccessDenied");
        deadLetter = failed.deadLetters.get(0);
        assertThat(failed.facts.get(0).getFailed().getDeadLetter()).isEqualTo(deadLetter.id());

        final HandledRecords again = handle(deadLetter.retry().event().getBytes(UTF_8));
        assertThat(again.cases()).isEmpty();
        assertThat(again.deadLetters.get(0).id()).isEqualTo(deadLetter.id());

        answerWith(200, "");
        final HandledRecords healed =
                handle(again.deadLetters.get(0).retry().event().getBytes(UTF_8));
        assertThat(healed.settled).containsExactly(deadLetter.id());
        assertThat(healed.facts.get(0).getVersion().getEventTimeMillis()).isEqualTo(EVENT.toEpochMilli() + 1);
        assertThat(healed.facts.get(0).getVersion().getUploadedMillis()).isEqualTo(EVENT.toEpochMilli());
    }

    @Test
    void shouldSayNothingOfAnObjectWhoseRemovalCannotBeConfirmed() {
        answerWith(403, "AccessDenied");
        HandledRecords records = handle("s3:ObjectRemoved:Delete", "", "");
        for (int i = 0; i < 5; i++) {
            assertThat(records.cases()).isEmpty();
            now = now.plus(Duration.ofHours(1));
            records = handle(records.deadLetters.get(0).retry().event().getBytes(UTF_8));
        }
        answerWith(404, "NoSuchKey");
        assertThat(handle(records.deadLetters.get(0).retry().event().getBytes(UTF_8))
                        .cases())
                .containsExactly(FactCase.GONE);
    }

    @Test
    void shouldWaitForAnObjectThatMayYetAppear() {
        now = EVENT.plusSeconds(1);
        answerWith(404, "NoSuchKey");
        final HandledRecords early = handle("s3:ObjectCreated:Put", "v2", "");
        assertThat(early.cases()).containsExactly(FactCase.RECEIVED);
        now = now.plusSeconds(11);
        assertThat(handle(early.deadLetters.get(0).retry().event().getBytes(UTF_8))
                        .cases())
                .containsExactly(FactCase.GONE);
    }

    @Test
    void shouldWaitForAVersionThatMayYetAppear() {
        now = EVENT.plusSeconds(1);
        assertThat(handle("s3:ObjectCreated:Put", "v3", "").cases()).containsExactly(FactCase.RECEIVED);
        now = EVENT.plusSeconds(60);
        assertThat(handle("s3:ObjectCreated:Put", "v3", "").cases()).containsExactly(FactCase.REPLACED);
    }

    @Test
    void shouldWaitForAStoreThatIsUnavailable() {
        answerWith(403, "AccessDenied");
        otherStatus = 403;
        final HandledRecords records = handle("s3:ObjectCreated:Put", "v2", "");
        assertThat(outcome).isInstanceOf(RecordOutcome.Unavailable.class);
        assertThat(records.facts).isEmpty();
    }
}
