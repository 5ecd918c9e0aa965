package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.RejectedObjectException;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * Numbers that grow, each at ten times what a large user has, on a real broker: the work ends, in bounded memory, and no
 * record comes near the limit of a request. The table in docs/limits.md names the test of each number.
 */
@Tag("long")
class CountsIT {
    private static final Duration WITHIN = Duration.ofMinutes(3);

    /** Kafka's default of {@code max.request.size}, less room for headers and the batch around a record. */
    private static final int FITS = 1_048_576 - 16 * 1024;

    private static final int SMALL = 16 * 1024;

    /** What may be left in memory once a service has ended, the broker's included. */
    private static final long USED_BYTES = 300L << 20;

    private static final LocalDate FIRST = LocalDate.parse("2024-01-01");

    @TempDir
    private static Path directory;

    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerFixture(directory);
    }

    @AfterAll
    static void close() {
        broker.close();
    }

    @AfterEach
    void shouldLeaveLittleInMemory() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            System.gc();
            assertThat(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed())
                    .isLessThan(USED_BYTES);
        });
    }

    @Test
    void shouldSummariseEachClusterOnceThoughSevenThousandKeysAndCategoriesChange() throws Exception {
        final int clusters = 2_000;
        final CountedInstallation installation = new CountedInstallation(broker, directory, "clusters", 4);
        final byte[] day = RandomReports.pods(FIRST.toString(), "shop");
        installation.put(SplitLimits.DEFAULTS, day, IntStream.range(0, clusters).mapToObj(i -> version(source(i), 0)));
        try (SummaryService service = installation.start(2)) {
            awaitDays(installation, service, clusters);
            final long before = CountedInstallation.passes(service);
            new ReferencePublisher(KafkaClients.real(), broker.kafka(), installation.topics())
                    .publish(reference(clusters, 5_000, 2_000));
            await().atMost(WITHIN).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(
                            installation.count(TopicRole.SUMMARY, text("\"cost_category_id\":1999")))
                    .isEqualTo(clusters));
            awaitQuiet(service);
            // Changes that come within a second share a pass; the writing of 9,000 records takes some seconds.
            assertThat(CountedInstallation.passes(service) - before).isLessThan(30L * clusters);
            assertThat(service.health().live()).isTrue();
        }
        assertThat(installation.largestRecords()).isNotEmpty().allSatisfy((topic, bytes) -> assertThat(bytes)
                .isLessThan(SMALL));
    }

    private static ReferenceSet reference(int clusters, int keys, int categories) {
        return new ReferenceSet(
                "",
                Optional.of(IntStream.range(0, clusters)
                        .boxed()
                        .collect(Collectors.toMap(
                                CountsIT::source, i -> new ReferenceData.Cluster("c" + i, "cluster " + i, Map.of())))),
                Optional.of(IntStream.range(0, keys).mapToObj(i -> "key-" + i).collect(Collectors.toSet())),
                Optional.of(IntStream.range(0, categories)
                        .mapToObj(i -> new ReferenceData.CostCategory(i % 2 == 1 ? "sh%" : "none-" + i, i))
                        .toList()),
                Optional.empty());
    }

    @Test
    void shouldPublishAllDatesOfAnObjectWithTheMostDates() throws Exception {
        final int most = 1_000;
        final CountedInstallation installation = new CountedInstallation(broker, directory, "dates", 4);
        final ObjectVersion version = version(source(0), 0);
        final SplitLimits limits = SplitLimits.DEFAULTS.withDates(most);
        installation.put(limits, ofDates(most), Stream.of(version));
        try (SummaryService service = installation.start(2)) {
            awaitDays(installation, service, most);
            await().atMost(WITHIN)
                    .untilAsserted(() -> assertThat(installation.count(TopicRole.LEDGER, text("\"state\":\"COUNTED\"")))
                            .isEqualTo(1));
            assertThat(service.health().live()).isTrue();
        }
        assertThat(installation.largestRecords())
                .allSatisfy((topic, bytes) -> assertThat(bytes).isLessThan(FITS / 10));
        assertThatThrownBy(() -> Splitting.split(limits, version, ofDates(most + 1)))
                .hasCauseInstanceOf(RejectedObjectException.class)
                .hasStackTraceContaining("more than 1000 usage dates (setting splitter.dates)");
    }

    private static byte[] ofDates(int dates) {
        return file(dates, i -> FIRST.plusDays(i), i -> "shop");
    }

    @Test
    void shouldForgetAllButTheLastOfAThousandVersions() throws Exception {
        final CountedInstallation installation = new CountedInstallation(broker, directory, "versions", 1);
        final byte[] day = RandomReports.pods(FIRST.toString(), "shop");
        try (SummaryService service = installation.start(1)) {
            for (int burst = 0; burst < 10; burst++) {
                installation.put(
                        SplitLimits.DEFAULTS,
                        day,
                        IntStream.range(burst * 100, burst * 100 + 100).mapToObj(i -> version(source(0), i)));
            }
            await().atMost(WITHIN).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(
                            installation.count(TopicRole.LEDGER, text("\"state\":\"COUNTED\"")))
                    .isEqualTo(1));
            awaitQuiet(service);
            await().atMost(WITHIN).untilAsserted(() -> assertThat(installation.stored("day-slices"))
                    .isEqualTo(1));
            assertThat(service.health().live()).isTrue();
        }
        assertThat(installation.count(TopicRole.CHUNKS, value -> true))
                .as("a chunk and an end")
                .isEqualTo(2);
        assertThat(installation.stored("ledger")).isLessThanOrEqualTo(4 * 16);
        assertThat(installation.largestRecords())
                .allSatisfy((topic, bytes) -> assertThat(bytes).isLessThan(SMALL));
    }

    @Test
    void shouldWorkOnThirtyTwoPartitionsInEightThreads() throws Exception {
        final int days = 640;
        final CountedInstallation installation = new CountedInstallation(broker, directory, "partitions", 32);
        final byte[] day = RandomReports.pods(FIRST.toString(), "shop");
        installation.put(SplitLimits.DEFAULTS, day, IntStream.range(0, days).mapToObj(i -> version(source(i), 0)));
        try (SummaryService service = installation.start(8)) {
            awaitDays(installation, service, days);
            await().atMost(WITHIN)
                    .untilAsserted(() -> assertThat(service.health().ready()).isTrue());
            assertThat(service.threads()).hasSize(8);
            assertThat(service.threads().stream()
                            .mapToInt(thread -> thread.active().size()))
                    .allSatisfy(tasks -> assertThat(tasks).isPositive());
        }
        assertThat(installation.largestRecords())
                .allSatisfy((topic, bytes) -> assertThat(bytes).isLessThan(SMALL));
    }

    @Test
    void shouldPublishADayOfAHundredThousandRows() throws Exception {
        final int rows = 100_000;
        final CountedInstallation installation = new CountedInstallation(broker, directory, "rows", 1);
        final byte[] day = file(rows, i -> FIRST, i -> "namespace-" + i);
        installation.put(SplitLimits.DEFAULTS, day, Stream.of(version(source(0), 0)));
        try (SummaryService service = installation.start(1)) {
            awaitDays(installation, service, 1);
            assertThat(service.health().live()).isTrue();
        }
        assertThat(installation.count(TopicRole.SUMMARY, value -> true))
                .as("the rows of pods and the unallocated row of their node")
                .isEqualTo(rows + 1);
        final Map<String, Integer> largest = new TreeMap<>(installation.largestRecords());
        assertThat(largest).allSatisfy((topic, bytes) -> assertThat(bytes).isLessThan(FITS));
    }

    @Test
    void shouldListAndDiscardTenThousandDeadLetters() throws Exception {
        final int deadLetters = 10_000;
        final TopicCatalog topics = TopicCatalog.shipped();
        broker.make(topics);
        final String topic = topics.name(TopicRole.DEAD_LETTERS);
        try (KafkaProducer<byte[], byte[]> producer = broker.producer("dead letters")) {
            producer.beginTransaction();
            for (int i = 0; i < deadLetters; i++) {
                final DeadLetter deadLetter = new DeadLetter(
                        DeadLetter.Step.NOTIFICATION,
                        "r".repeat(2_000),
                        null,
                        null,
                        "usage.notifications-0@" + i,
                        DeadLetter.payloadOf(new byte[DeadLetter.PAYLOAD_BYTES]),
                        DeadLetter.time(i));
                BrokerFixture.send(
                        producer, topic, 0, deadLetter.id(), new String(deadLetter.toJson(), StandardCharsets.UTF_8));
            }
            producer.commitTransaction();
        }
        assertThat(deadLetters("list", "--limit", "100")).hasSize(201);
        assertThat(deadLetters("discard", "--reason", "another")).isEmpty();
        final long before = System.nanoTime();
        assertThat(deadLetters("discard", "--all")).hasSize(deadLetters);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
        assertThat(broker.contents(topic)).isEmpty();
    }

    private static List<String> deadLetters(String... arguments) {
        final StringWriter out = new StringWriter();
        final List<String> all = new ArrayList<>(List.of("deadletters"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-s", "kafka.bootstrap.servers=" + broker.kafka().get("bootstrap.servers")));
        CommandRunner.line(new Main()).setOut(new PrintWriter(out)).execute(all.toArray(String[]::new));
        return out.toString().lines().toList();
    }

    private static void awaitDays(CountedInstallation installation, SummaryService service, int days) {
        await().atMost(WITHIN).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(
                        installation.count(TopicRole.SUMMARY_STATUS, value -> true))
                .isEqualTo(days));
        awaitQuiet(service);
    }

    private static void awaitQuiet(SummaryService service) {
        await().atMost(WITHIN)
                .during(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(service.dirtyDays().days()).isZero());
    }

    private static Predicate<byte[]> text(String text) {
        return value -> new String(value, StandardCharsets.UTF_8).contains(text);
    }

    private static String source(int i) {
        return "00000000-0000-4000-8000-%012x".formatted(i);
    }

    private static ObjectVersion version(String source, int number) {
        return ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org-" + source + "/OCP/source=" + source + "/" + ReportType.POD_USAGE.longSegment()
                        + "/f")
                .setEtag("etag-" + number)
                .setEventTimeMillis(1_763_900_000_000L + number)
                .setUploadedMillis(1_763_900_000_000L + number)
                .build();
    }

    private static byte[] file(int rows, Function<Integer, LocalDate> day, Function<Integer, String> namespace) {
        final List<Object[]> all = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            all.add(ReportRow.pod()
                    .start(day.apply(i).toString(), 0)
                    .node("node")
                    .namespace(namespace.apply(i))
                    .pod("pod")
                    .cpu(3600d)
                    .values());
        }
        return RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, all);
    }
}
