package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.testkit.RandomReports.pods;

import io.minio.ListObjectsArgs;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.RemoveObjectsArgs;
import io.minio.Result;
import io.minio.SetBucketVersioningArgs;
import io.minio.messages.DeleteRequest;
import io.minio.messages.DeleteResult;
import io.minio.messages.Item;
import io.minio.messages.VersioningConfiguration;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.ledger.UploadState;

/** What has to hold behind each store that sends its own notifications. A subclass starts the store and sets {@link #fixture}. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class StoreContract {
    /** Any; days that are old count as well. */
    static final String DATE = "2025-11-03";

    static EmbeddedClusterFixture fixture;

    static String source(int number) {
        return String.format("00000000-0000-4000-8000-6%011x", number);
    }

    static String key(int source, String name) {
        return EmbeddedClusterFixture.key(source(source), name);
    }

    static void awaitState(String key, UploadState... states) {
        eventually(key + " is " + List.of(states), () -> fixture.states(key).equals(List.of(states)));
    }

    @Test
    @Order(1)
    void shouldLoadKeysOfAllKinds() throws Exception {
        final List<String> names = List.of(
                "plain.parquet",
                "a b.parquet",
                "a+b.parquet",
                "a%20b.parquet",
                "a%b.parquet",
                "größe-наука-数据.parquet",
                "a&b=c;d@e,f.parquet",
                "(1) [x]~'!.parquet");
        for (int i = 0; i < names.size(); i++) {
            fixture.put(key(10 + i, names.get(i)), pods(DATE, "shop"));
        }
        for (int i = 0; i < names.size(); i++) {
            awaitState(key(10 + i, names.get(i)), UploadState.LOADED);
            assertThat(fixture.rows(source(10 + i))).as(names.get(i)).isPositive();
        }
    }

    @Test
    @Order(2)
    void shouldLoadMultipartUploads() throws Exception {
        final Random random = new Random(3);
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            final byte[] noise = new byte[3_000];
            random.nextBytes(noise);
            rows.add(ReportRow.pod()
                    .start(DATE, 0)
                    .node("node")
                    .namespace("shop")
                    .pod("pod-" + i)
                    .cpu(3600.0)
                    .labels(Map.of("noise", HexFormat.of().formatHex(noise)))
                    .values());
        }
        final byte[] bytes = RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MICROS, rows);
        assertThat(bytes.length).as("bytes of a multipart upload").isGreaterThan(6 << 20);
        final String key = key(20, "parts.parquet");
        fixture.cluster
                .client()
                .putObject(PutObjectArgs.builder().bucket(fixture.cluster.bucket()).object(key).stream(
                                new ByteArrayInputStream(bytes), -1L, 5L << 20)
                        .build());
        awaitState(key, UploadState.LOADED);
        assertThat(fixture.entries(key).get(0).etag())
                .as("the etag of an upload in parts")
                .matches(".*-\\d+");
    }

    @Test
    @Order(3)
    void shouldCountWhatIsThereAfterOverwritesAndRemovals() throws Exception {
        final String key = key(30, "a.parquet");
        fixture.put(key, pods(DATE, "shop"));
        awaitState(key, UploadState.LOADED);
        fixture.put(key, pods(DATE, "shop", "office"));
        awaitState(key, UploadState.SUPERSEDED, UploadState.LOADED);
        eventually("both namespaces are there", () -> namespaces(30).equals(List.of("office", "shop")));
        fixture.remove(key);
        eventually("its rows are gone", () -> fixture.rows(source(30)) == 0);
    }

    @Test
    @Order(4)
    void shouldFollowARequestThatRemovesManyObjects() throws Exception {
        final List<String> keys = IntStream.range(80, 84)
                .mapToObj(source -> key(source, "many.parquet"))
                .toList();
        for (final String key : keys) {
            fixture.put(key, pods(DATE, "shop"));
        }
        keys.forEach(key -> awaitState(key, UploadState.LOADED));
        for (final Result<DeleteResult.Error> error : fixture.cluster
                .client()
                .removeObjects(RemoveObjectsArgs.builder()
                        .bucket(fixture.cluster.bucket())
                        .objects(keys.stream().map(DeleteRequest.Object::new).toList())
                        .build())) {
            error.get();
        }
        for (int source = 80; source < 84; source++) {
            final String removed = source(source);
            eventually("the rows of " + removed + " are gone", () -> fixture.rows(removed) == 0);
        }
    }

    /** From here on the bucket keeps versions. */
    @Test
    @Order(7)
    void shouldFollowVersionsAndDeleteMarkers() throws Exception {
        fixture.cluster
                .client()
                .setBucketVersioning(SetBucketVersioningArgs.builder()
                        .bucket(fixture.cluster.bucket())
                        .config(new VersioningConfiguration(VersioningConfiguration.Status.ENABLED, null, null, null))
                        .build());
        final String key = key(60, "a.parquet");
        fixture.put(key, pods(DATE, "shop"));
        eventually("the first version counts", () -> namespaces(60).equals(List.of("shop")));
        fixture.put(key, pods(DATE, "office"));
        eventually("the second has its place", () -> namespaces(60).equals(List.of("office")));
        fixture.remove(key);
        eventually("a delete marker takes its rows", () -> fixture.rows(source(60)) == 0);
        final List<Item> versions = versions(key);
        assertThat(versions).as("two versions and a marker").hasSize(3);
        remove(
                key,
                versions.stream()
                        .filter(Item::isDeleteMarker)
                        .findFirst()
                        .orElseThrow()
                        .versionId());
        eventually("without the marker it is back", () -> namespaces(60).equals(List.of("office")));
        final List<Item> left = versions(key);
        remove(
                key,
                left.stream().filter(Item::isLatest).findFirst().orElseThrow().versionId());
        eventually("the version before it counts again", () -> namespaces(60).equals(List.of("shop")));
    }

    private static List<Item> versions(String key) throws Exception {
        final List<Item> versions = new ArrayList<>();
        for (final Result<Item> item : fixture.cluster
                .client()
                .listObjects(ListObjectsArgs.builder()
                        .bucket(fixture.cluster.bucket())
                        .prefix(key)
                        .includeVersions(true)
                        .build())) {
            versions.add(item.get());
        }
        return versions;
    }

    private static void remove(String key, String version) throws Exception {
        fixture.cluster
                .client()
                .removeObject(RemoveObjectArgs.builder()
                        .bucket(fixture.cluster.bucket())
                        .object(key)
                        .versionId(version)
                        .build());
    }

    static List<String> namespaces(int source) {
        return fixture
                .query("SELECT DISTINCT namespace FROM " + fixture.cluster.table() + " WHERE source_uuid = '"
                        + source(source) + "' AND namespace NOT LIKE '% unallocated' ORDER BY 1")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }
}
