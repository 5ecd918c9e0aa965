package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.testkit.SmallHeapJvm;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * A day of more pods than fit in the heap of a processor is summarised nevertheless, each time that it changes. The system properties
 * {@code usage.large.pods} and {@code usage.large.hours} make it larger; then the heap and the limits are those of the documented
 * defaults.
 */
class LargeDayIT {
    private static final String NAME = "large";
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ff";
    private static final int PODS_OF_AN_OBJECT = 60_000;
    private static final int PODS = Integer.getInteger("usage.large.pods", PODS_OF_AN_OBJECT);
    private static final int HOURS = Integer.getInteger("usage.large.hours", 2);
    private static final int PODS_PER_NODE = 100;
    private static final boolean SMALL = PODS <= PODS_OF_AN_OBJECT;

    /** Where it is small: Kafka Streams, its clients, and a portion of the day. The whole day takes more. */
    private static final String HEAP = SMALL ? "80m" : "256m";

    private static final Duration WITHIN = Duration.ofMinutes(SMALL ? 10 : 60);

    @TempDir
    private Path directory;

    /** An hour of some pods, each with a label of its own. */
    private static byte[] object(int hour, int from) {
        final List<Object[]> rows = new ArrayList<>();
        for (int pod = from; pod < Math.min(PODS, from + PODS_OF_AN_OBJECT); pod++) {
            rows.add(ReportRow.pod()
                    .start("2025-11-03", hour)
                    .node("node-" + pod / PODS_PER_NODE)
                    .namespace("namespace-" + pod % 50)
                    .pod("pod-" + pod)
                    .labels(Map.of("vm_kubevirt_io_name", "machine-" + pod))
                    .cpu(3600d)
                    .values());
        }
        return RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, rows);
    }

    private static void put(CountedInstallation installation, int hour) throws Exception {
        for (int from = 0; from < PODS; from += PODS_OF_AN_OBJECT) {
            installation.put(SplitLimits.DEFAULTS, object(hour, from), Stream.of(version(hour, from)));
        }
    }

    private static ObjectVersion version(int hour, int from) {
        return ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + SOURCE + "/" + ReportType.POD_USAGE.longSegment() + "/" + hour + "-"
                        + from)
                .setEtag("etag")
                .setEventTimeMillis(1_763_900_000_000L + hour)
                .setUploadedMillis(1_763_900_000_000L + hour)
                .build();
    }

    @Test
    void shouldSummariseADayThatDoesNotFitInTheHeap() throws Exception {
        try (BrokerFixture broker = new BrokerFixture(directory)) {
            final CountedInstallation installation = new CountedInstallation(broker, directory, NAME, 1);
            for (int hour = 0; hour < HOURS - 1; hour++) {
                put(installation, hour);
            }
            final Path said = directory.resolve("said");
            final Process process = start(broker, said);
            try {
                await(installation, process, said, HOURS - 1);
                put(installation, HOURS - 1);
                await(installation, process, said, HOURS);
                System.out.println(peak(process));
            } finally {
                process.destroy();
                process.waitFor();
            }
            assertThat(installation.count(TopicRole.DEAD_LETTERS, value -> true))
                    .isZero();
            assertThat(installation.count(TopicRole.SUMMARY, value -> true))
                    .as("rows of pods, unallocated rows of nodes, and the day's marker")
                    .isEqualTo(PODS + (PODS + PODS_PER_NODE - 1) / PODS_PER_NODE + 1);
        }
    }

    private Process start(BrokerFixture broker, Path said) throws IOException {
        return SmallHeapJvm.of(
                        HEAP,
                        "warn",
                        ProcessorInSmallHeap.class,
                        broker.kafka().get("bootstrap.servers").toString(),
                        directory.toString(),
                        NAME,
                        Boolean.toString(SMALL))
                .redirectOutput(said.toFile())
                .start();
    }

    /** The processor's greatest resident memory, where the system tells it. */
    private static String peak(Process process) throws IOException {
        final Path status = Path.of("/proc/" + process.pid() + "/status");
        return Files.exists(status)
                ? Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM"))
                        .findFirst()
                        .orElse("")
                : "";
    }

    /** Until the rows of all pods have so many hours. */
    private static void await(CountedInstallation installation, Process process, Path said, int hours) {
        final String what = "\"pod_usage_cpu_core_hours\":" + hours + ",";
        Awaitility.await()
                .atMost(WITHIN)
                .pollInterval(Duration.ofSeconds(SMALL ? 3 : 30))
                .failFast(
                        () -> assertThat(process.isAlive()).as(() -> read(said)).isTrue())
                .untilAsserted(() -> assertThat(installation.count(
                                TopicRole.SUMMARY, value -> new String(value, StandardCharsets.UTF_8).contains(what)))
                        .isEqualTo(PODS));
    }

    private static String read(Path said) {
        try {
            return "the processor ended: " + Files.readString(said);
        } catch (IOException e) {
            return "the processor ended";
        }
    }
}
