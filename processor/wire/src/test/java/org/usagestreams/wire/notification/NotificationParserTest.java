package org.usagestreams.wire.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationParserTest {
    private static final String MINIO = """
            {"EventName":"s3:ObjectCreated:Put","Key":"reports/a b","Records":[{"eventVersion":"2.0","eventSource":"minio:s3",
            "awsRegion":"","eventTime":"2025-11-03T07:00:01.250Z","eventName":"s3:ObjectCreated:Put","userIdentity":{"principalId":"u"},
            "s3":{"s3SchemaVersion":"1.0","configurationId":"Config","bucket":{"name":"reports","ownerIdentity":{"principalId":"u"},
            "arn":"arn:aws:s3:::reports"},"object":{"key":"source%3Dx%2Fa+b%2B%25+%E6%97%A5.parquet","size":12,
            "eTag":"0cc175b9c0f1b6a831c399e269772661","contentType":"application/octet-stream",
            "userMetadata":{"X-Amz-Meta-Manifestid":"7"},"versionId":"null","sequencer":"1874A2F3B0C1D2E3"}}}]}""";

    private static final String CEPH = """
            {"Records":[{"eventVersion":"2.2","eventSource":"ceph:s3","awsRegion":"","eventTime":"2025-11-03T07:00:01.124724Z",
            "eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"reports"},"object":{"key":"a+b%20c","size":0,"eTag":"",
            "versionId":"v1","sequencer":"F7E6D75D"}}}]}""";

    private static List<BucketEvent> parse(String json) throws MalformedNotificationException {
        return NotificationParser.parse(json.getBytes(UTF_8));
    }

    @Test
    void shouldReadWhatMinioSends() throws MalformedNotificationException {
        assertEquals(
                List.of(new BucketEvent(
                        BucketEvent.Kind.CREATED,
                        "reports",
                        "source=x/a b+% 日.parquet",
                        "0cc175b9c0f1b6a831c399e269772661",
                        "",
                        "1874A2F3B0C1D2E3",
                        Instant.parse("2025-11-03T07:00:01.250Z"),
                        null)),
                parse(MINIO));
    }

    @Test
    void shouldReadWhatCephSendsWithItsKeysAsTheyAre() throws MalformedNotificationException {
        assertEquals(
                List.of(new BucketEvent(
                        BucketEvent.Kind.REMOVED,
                        "reports",
                        "a+b%20c",
                        "",
                        "v1",
                        "F7E6D75D",
                        Instant.parse("2025-11-03T07:00:01.124724Z"),
                        null)),
                parse(CEPH));
    }

    @Test
    void shouldReadAllRecordsOfWhatS3Sends() throws MalformedNotificationException {
        final String one = """
                {"eventSource":"aws:s3","eventTime":"2025-11-03T07:00:00.000Z","eventName":"ObjectCreated:CompleteMultipartUpload",
                "s3":{"bucket":{"name":"b"},"object":{"key":"k","eTag":"\\"quoted-2\\""}}}""";
        final List<BucketEvent> events = parse("{\"Records\":[" + one + "," + one + "]}");
        assertEquals(2, events.size());
        assertEquals("quoted-2", events.get(0).etag());
        assertEquals("", events.get(0).sequencer());
    }

    @ParameterizedTest
    @CsvSource({
        "s3:ObjectCreated:Put, CREATED",
        "s3:ObjectCreated:Copy, CREATED",
        "s3:ObjectCreated:PutTagging, OTHER",
        "s3:ObjectCreated:PutRetention, OTHER",
        "s3:ObjectRemoved:DeleteMarkerCreated, REMOVED",
        "s3:ObjectRemoved:NoOP, OTHER",
        "LifecycleExpiration:Delete, REMOVED",
        "s3:ObjectAccessed:Get, OTHER",
        "s3:Replication:OperationCompletedReplication, OTHER",
        "nonsense, OTHER",
    })
    void shouldTellCreationsAndRemovalsFromOtherEvents(String name, BucketEvent.Kind kind)
            throws MalformedNotificationException {
        assertEquals(
                kind,
                parse(MINIO.replace("\"eventName\":\"s3:ObjectCreated:Put\"", "\"eventName\":\"" + name + "\""))
                        .get(0)
                        .kind());
    }

    @Test
    void shouldTakeTheStoresTestEventForNothing() throws MalformedNotificationException {
        assertEquals(List.of(), parse("{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"b\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "[]",
                "{}",
                "null",
                "{\"Records\":[]}",
                "{\"Records\":[{}]}",
                "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":\"now\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"k\"}}}]}",
                "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":\"2025-11-03T07:00:00Z\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"%zz\"}}}]}",
                "{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":\"+999999999-11-03T07:00:00Z\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"k\"}}}]}",
            })
    void shouldRefuseWhatIsNoEventRecord(String value) {
        assertThrows(MalformedNotificationException.class, () -> parse(value));
    }

    @Test
    void shouldRefuseOrReadMutatedRecordsButNeverFailOtherwise() {
        final byte[] whole = MINIO.getBytes(UTF_8);
        int refused = 0;
        for (int seed = 0; seed < 2000; seed++) {
            final Random random = new Random(seed);
            final byte[] mutated = whole.clone();
            for (int i = 0; i <= random.nextInt(5); i++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                NotificationParser.parse(mutated);
            } catch (MalformedNotificationException e) {
                refused++;
            }
        }
        assertEquals(true, refused > 500, refused + " of 2000 were refused");
    }

    @ParameterizedTest
    @CsvSource({
        "data/org1/OCP/source=00000000-0000-4000-8000-00000000000A/year=2025/openshift_pod_usage_line_items/x.parquet, POD_USAGE, false, org1",
        "data/parquet/org1/OCP/storage_usage/source=00000000-0000-4000-8000-00000000000a/year=2025/x.parquet, STORAGE_USAGE, false, org1",
        "data/o/OCP/source=00000000-0000-4000-8000-00000000000a/openshift_node_labels_line_items_daily/x.parquet, NODE_LABELS, true, o",
        "source=00000000-0000-4000-8000-00000000000a/namespace_labels/x, NAMESPACE_LABELS, false, ''",
        "data/parquet/daily/org1/OCP/pod_usage/source=00000000-0000-4000-8000-00000000000a/x.parquet, POD_USAGE, true, org1",
        "data/daily/OCP/pod_usage/source=00000000-0000-4000-8000-00000000000a/x_daily, POD_USAGE, false, daily",
    })
    void shouldKnowReportsByTheirKey(
            String key, org.usagestreams.wire.chunk.ReportType type, boolean daily, String organisation) {
        assertEquals(
                new ReportKey(organisation, "00000000-0000-4000-8000-00000000000a", type, daily),
                ReportKey.of(key).orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data/org1/OCP/year=2025/openshift_pod_usage_line_items/x.parquet",
                "data/org1/OCP/source=not-a-uuid/openshift_pod_usage_line_items/x.parquet",
                "data/org1/OCP/source=00000000-0000-4000-8000-00000000000a/other/pod_usage",
                "data/a|b/OCP/source=00000000-0000-4000-8000-00000000000a/pod_usage/x",
                "x",
            })
    void shouldIgnoreOtherKeys(String key) {
        assertEquals(true, ReportKey.of(key).isEmpty());
    }
}
