package org.usagestreams.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.testkit.RandomReports.pods;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.operations.deadletter.DeadLetterTopic;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.ledger.UploadState;

/** What may not be said is refused with its reason, and holds nobody up. */
class RefusedUploadIT {
    private static final String DATE = "2025-11-03";
    private static final String SOURCE = "00000000-0000-4000-8000-7000000000a1";

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(Map.of(), directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private static String key(String organisation, String name) {
        return EmbeddedClusterFixture.key(SOURCE, name).replace("org1234567", organisation);
    }

    private static UploadState upload(String key) {
        try {
            fixture.put(key, pods(DATE, "shop"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        eventually(key + " has come to an end", () -> fixture.states(key).stream()
                .anyMatch(Set.of(UploadState.LOADED, UploadState.FAILED)::contains));
        return fixture.states(key).get(0);
    }

    @Test
    void shouldRefuseReportsOfASourceThatIsRegisteredToAnotherOrganisation() throws Exception {
        final Path reference = Files.writeString(
                directory.resolve("reference.yaml"),
                "organisation: owner\nclusters:\n  - {source: " + SOURCE
                        + ", cluster_id: c1, cluster_alias: c1 alias}\n");
        assertThat(fixture.run("reference", "-f", reference.toString())).isZero();
        // A registration counts about a second after it was made.
        final int[] number = new int[1];
        eventually("the splitter knows whose the source is", () -> {
            final String key = key("intruder", number[0]++ + ".parquet");
            return upload(key) == UploadState.FAILED
                    && fixture.entries(key).get(0).reason().contains("it is registered to organisation owner");
        });
        assertThat(upload(key("owner", "a.parquet"))).isEqualTo(UploadState.LOADED);
        final String refused = key("intruder", number[0] - 1 + ".parquet");
        assertThat(deadLetters().values())
                .filteredOn(letter -> letter.subject().contains(refused))
                .singleElement()
                .satisfies(letter -> assertThat(letter.step()).isEqualTo(DeadLetter.Step.SPLIT));
    }

    private static Map<String, DeadLetter> deadLetters() {
        try (DeadLetterTopic topic = new DeadLetterTopic(
                KafkaClients.real(),
                fixture.cluster.settings().kafkaClient(),
                fixture.cluster.settings().topics().name(TopicRole.DEAD_LETTERS))) {
            return topic.open(deadLetter -> true, 1000);
        }
    }

    private static void notify(String bucket, String name, Instant time, String more) {
        final String key = EmbeddedClusterFixture.key("00000000-0000-4000-8000-7000000000a2", name);
        fixture.cluster.deliver(new BucketNotifications.Notification(
                bucket + "/" + key,
                ("{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":\"" + time + "\"," + more
                                + "\"s3\":{\"bucket\":{\"name\":\"" + bucket + "\"},\"object\":{\"key\":\"" + key
                                + "\",\"eTag\":\"e\",\"size\":1,\"sequencer\":\"17F0\"}}}]}")
                        .getBytes(UTF_8)));
    }

    @Test
    void shouldSetEventsAsideThatNobodyMaySendAndGoOn() throws Exception {
        final Instant now = Instant.now();
        final String bucket = fixture.cluster.bucket();
        notify(
                bucket,
                "mark.parquet",
                now,
                "\"eventSource\":\"usage-streams:usageStreams\",\"usageStreams\":{\"origin\":\"REPLAY\",\"uploaded\":\""
                        + now + "\",\"readmitted\":[\"2025-11-03\"]},");
        notify("others", "bucket.parquet", now, "");
        notify(bucket, "../dots.parquet", now, "");
        notify(bucket, "future.parquet", now.plus(Duration.ofDays(1)), "");
        final String good = EmbeddedClusterFixture.key("00000000-0000-4000-8000-7000000000a3", "good.parquet");
        assertThat(upload(good)).isEqualTo(UploadState.LOADED);
        fixture.drained();
        assertThat(deadLetters().values().stream()
                        .filter(letter -> letter.step() == DeadLetter.Step.NOTIFICATION)
                        .map(DeadLetter::reason))
                .hasSize(4)
                .anyMatch(reason -> reason.contains("a mark of this system"))
                .anyMatch(reason -> reason.contains("store.buckets"))
                .anyMatch(reason -> reason.contains("the segment .."))
                .anyMatch(reason -> reason.contains("splitter.event.future.ms"));
    }
}
