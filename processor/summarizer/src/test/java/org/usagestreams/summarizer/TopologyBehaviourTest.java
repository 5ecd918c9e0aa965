package org.usagestreams.summarizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.testkit.PublishedRow;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.Ignored;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Resummarise;

/** What the topology publishes, and when. */
class TopologyBehaviourTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";
    private static final String DAY = "org|" + SOURCE + "|2025-11-03";

    private final TopologyHarness harness = new TopologyHarness();

    @AfterEach
    void close() {
        harness.close();
    }

    private static ObjectVersion version(String name, int second) {
        return ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + SOURCE + "/" + ReportType.POD_USAGE.longSegment() + "/" + name)
                .setEtag(name + second)
                .setEventTimeMillis(1000L * second)
                .setUploadedMillis(1000L * second)
                .build();
    }

    private static Object[] pod(String day, int hour, String namespace, String pod, double cpu) {
        return ReportRow.pod()
                .start(day, hour)
                .node("node")
                .namespace(namespace)
                .pod(pod)
                .labels(Map.of("app", pod, "tier", "front"))
                .cpu(cpu)
                .values();
    }

    private static byte[] file(Object[]... rows) {
        return RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, List.of(rows));
    }

    private static byte[] manyPods(int count) {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(pod("2025-11-03", i % 24, "shop", "pod-" + i, 3600));
        }
        return file(rows.toArray(Object[][]::new));
    }

    private Map<ChunkKey, byte[]> put(ObjectVersion version, byte[] bytes) {
        final Map<ChunkKey, byte[]> records = Splitting.split(History.LIMITS, version, bytes);
        records.forEach((key, value) -> harness.chunk(key.toString(), value));
        return records;
    }

    @Test
    void shouldPublishABurstOnceAndOnlyAfterAQuietTime() {
        for (int i = 0; i < 5; i++) {
            put(version("f" + i, i), file(pod("2025-11-03", i, "shop", "web", 3600)));
            assertFalse(harness.advance(50), "within the quiet time");
        }
        assertTrue(harness.advance(100));
        assertEquals(1, harness.days().get(DAY).getRevision());
        assertEquals(5, harness.days().get(DAY).getSlices());
    }

    @Test
    void shouldNotWaitLongerThanTheLongestDelay() {
        boolean published = false;
        for (int i = 0; i < 24; i++) {
            put(version("f" + i, i), file(pod("2025-11-03", i, "shop", "web", 3600)));
            published |= harness.advance(50);
        }
        assertTrue(published, "after 1200 ms of never being quiet");
    }

    @Test
    void shouldShowNothingOfAnObjectBeforeAllOfItIsThere() {
        harness.enabledKey("app", true);
        final Map<ChunkKey, byte[]> records = Splitting.split(History.LIMITS, version("big", 1), manyPods(200));
        assertTrue(records.size() > 3, "several chunks");
        final List<Map.Entry<ChunkKey, byte[]>> sequence = new ArrayList<>(records.entrySet());
        final Map.Entry<ChunkKey, byte[]> missing = sequence.remove(1);
        sequence.forEach(record -> harness.chunk(record.getKey().toString(), record.getValue()));
        harness.advance(5000);
        assertEquals(0, harness.published);
        harness.chunk(missing.getKey().toString(), missing.getValue());
        harness.advance(5000);
        assertEquals(201, harness.table.size(), "200 pods and an unallocated row");
    }

    @Test
    void shouldSummariseNoDayBeforeAllHasBeenReadAnew() {
        harness.allRead = false;
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        harness.advance(60_000);
        assertEquals(0, harness.published, "further objects of the day may come");
        put(version("b", 2), file(pod("2025-11-03", 2, "shop", "db", 3600)));
        harness.allRead = true;
        harness.advance(2_000);
        harness.advance(2_000);
        assertEquals(1, harness.days().get(DAY).getRevision());
        assertEquals(2, harness.days().get(DAY).getSlices());
        harness.allRead = false;
        put(version("b", 3), file(pod("2025-11-03", 3, "shop", "db", 7200)));
        harness.advance(2_000);
        assertEquals(2, harness.days().get(DAY).getRevision(), "it is asked until it was so once");
    }

    @Test
    void shouldSummariseAgainWhenToldTo() {
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        harness.settle();
        final int rows = harness.table.size();
        final int published = harness.published;
        order(Resummarise.getDefaultInstance());
        assertEquals(published, harness.published, "no row is another");

        final UUID stray = UUID.fromString("00000000-0000-4000-8000-0000000000ff");
        final ByteBuffer uuid = ByteBuffer.allocate(16)
                .putLong(stray.getMostSignificantBits())
                .putLong(stray.getLeastSignificantBits());
        order(Resummarise.newBuilder()
                .setRewrite(true)
                .setUuids(ByteString.copyFrom(uuid.flip()))
                .build());
        assertEquals(published + rows + 1, harness.published, "all rows, and a tombstone for the one that is none");
        assertEquals(rows, harness.table.size());
    }

    private void order(Resummarise order) {
        harness.order(DAY, DayCommand.newBuilder().setResummarise(order).build());
        harness.settle();
    }

    @Test
    void shouldChangeNothingOnRedelivery() {
        final byte[] bytes = manyPods(50);
        put(version("a", 1), bytes);
        harness.settle();
        final int published = harness.published;
        put(version("a", 1), bytes);
        assertEquals(0, harness.dirtyDays.days(), "a chunk that was seen before touches nothing");
        harness.settle();
        assertEquals(published, harness.published);
    }

    @Test
    void shouldPublishOnlyRowsThatChanged() {
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600), pod("2025-11-03", 1, "mail", "smtp", 60)));
        harness.enabledKey("app", true);
        harness.settle();
        final int published = harness.published;
        put(version("b", 2), file(pod("2025-11-03", 2, "mail", "smtp", 60)));
        harness.settle();
        assertEquals(2, harness.published - published, "the mail row and the node's unallocated one");
    }

    @Test
    void shouldMoveAnObjectToOtherDaysAndRetractItFromTheOldOnes() {
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 1), pod("2025-11-04", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(4, harness.table.size());
        put(version("a", 2), file(pod("2025-11-04", 1, "shop", "web", 2), pod("2025-11-05", 1, "shop", "web", 2)));
        harness.settle();
        assertEquals(
                List.of("2025-11-04", "2025-11-05"),
                harness.table.values().stream()
                        .map(row -> PublishedRow.columns(row).get("usage_start"))
                        .distinct()
                        .sorted()
                        .toList());
        harness.gone(version("a", 3));
        harness.settle();
        assertEquals(Map.of(), harness.table);
        assertEquals(0, harness.chunkKeys().size(), "tombstones for all that is no more");
    }

    @Test
    void shouldTakeTheWordThatThereIsNothingForTheLastOfItsEvent() {
        // A notification without an ETag: split when it came, gone when it was delivered again.
        final ObjectVersion event = version("a", 1).toBuilder().clearEtag().build();
        final Map<ChunkKey, byte[]> records = put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(2, harness.table.size());
        harness.gone(event);
        harness.settle();
        assertEquals(0, harness.table.size());
        records.forEach((key, value) -> harness.chunk(key.toString(), value));
        harness.settle();
        assertEquals(0, harness.table.size(), "late records of the same event bring nothing back");
        assertEquals(0, harness.chunkKeys().size());
    }

    @Test
    void shouldRetractWhatANewVersionThatIsLeftOutReplaces() {
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(2, harness.table.size());
        harness.fact(ObjectFact.newBuilder()
                .setVersion(version("a", 2))
                .setOrganisation("org")
                .setSource(SOURCE)
                .setIgnored(Ignored.getDefaultInstance()));
        harness.settle();
        assertEquals(Map.of(), harness.table, "it is no longer in the bucket");
    }

    @Test
    void shouldLeaveTheRowsOfWhatIsGoneWhereTheyAreToBeKept() {
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 1)));
        harness.settle();
        harness.fact(ObjectFact.newBuilder()
                .setVersion(version("a", 2))
                .setOrganisation("org")
                .setSource(SOURCE)
                .setGone(Gone.newBuilder().setKept(true)));
        harness.settle();
        assertEquals(2, harness.table.size());
        put(version("a", 3), file(pod("2025-11-04", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(
                List.of("2025-11-04"),
                harness.table.values().stream()
                        .map(row -> PublishedRow.columns(row).get("usage_start"))
                        .distinct()
                        .toList(),
                "the next version takes its place");
    }

    @Test
    void shouldSummariseAnewWhenReferenceDataChanges() {
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        harness.settle();
        harness.enabledKey("tier", true);
        harness.category(new ReferenceData.CostCategory("sh%", 7), true);
        harness.cluster(SOURCE, new ReferenceData.Cluster("c1", "One", Map.of(YearMonth.of(2025, 11), 3)));
        harness.settle();
        final Map<String, String> row = harness.table.values().stream()
                .map(PublishedRow::columns)
                .filter(columns -> columns.get("namespace").equals("shop"))
                .findFirst()
                .orElseThrow();
        assertEquals("{\"tier\":\"front\"}", row.get("pod_labels"));
        assertEquals("7", row.get("cost_category_id"));
        assertEquals("c1", row.get("cluster_id"));
        assertEquals("3", row.get("report_period_id"));
        final int published = harness.published;
        harness.enabledKey("tier", true);
        assertEquals(0, harness.dirtyDays.days(), "the same again touches nothing");
        assertEquals(published, harness.published);
    }

    private static ReferenceData.Cluster cluster(String alias, Map<YearMonth, Integer> periods) {
        return new ReferenceData.Cluster("c1", alias, periods);
    }

    @Test
    void shouldSummariseOnlyTheDaysOfTheMonthsWhosePeriodChanges() {
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600), pod("2025-11-04", 1, "shop", "web", 1)));
        put(version("b", 1), file(pod("2025-12-01", 1, "shop", "web", 3600)));
        harness.cluster(SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3)));
        harness.settle();
        final int published = harness.published;

        harness.cluster(SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3, YearMonth.of(2026, 1), 5)));
        assertEquals(0, harness.dirtyDays.days(), "a period of a month without days");
        harness.cluster(SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3, YearMonth.of(2025, 12), 4)));
        assertEquals(1, harness.dirtyDays.days(), "December's period concerns no day of November");
        harness.settle();
        assertEquals(published + 2, harness.published, "the two rows of the day in December");
        assertEquals(List.of("3", "3", "3", "3", "4", "4"), columns("report_period_id"));

        harness.cluster(SOURCE, cluster("New", Map.of(YearMonth.of(2025, 11), 3, YearMonth.of(2025, 12), 4)));
        assertEquals(3, harness.dirtyDays.days(), "the alias stands in every row");
    }

    @Test
    void shouldFillInAReportPeriodThatComesLateAndTakeBackOneThatGoes() {
        harness.cluster("org", SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3)));
        put(version("a", 1), file(pod("2025-11-30", 23, "shop", "web", 3600)));
        put(version("b", 1), file(pod("2025-12-01", 0, "shop", "web", 3600), pod("2025-12-31", 23, "shop", "web", 1)));
        harness.settle();
        assertEquals(List.of("", "", "", "", "3", "3"), columns("report_period_id"));
        final int published = harness.published;

        harness.cluster("org", SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3, YearMonth.of(2025, 12), 4)));
        assertEquals(2, harness.dirtyDays.days(), "the days of December");
        harness.settle();
        assertEquals(List.of("3", "3", "4", "4", "4", "4"), columns("report_period_id"));
        assertEquals(published + 4, harness.published, "the rows of December's days");

        harness.cluster("org", SOURCE, cluster("One", Map.of(YearMonth.of(2025, 12), 4)));
        assertEquals(1, harness.dirtyDays.days(), "the day of November");
        harness.settle();
        assertEquals(List.of("", "", "4", "4", "4", "4"), columns("report_period_id"));
        assertEquals(published + 6, harness.published, "the rows of November's day");
    }

    private List<String> columns(String name) {
        return harness.table.values().stream()
                .map(row -> PublishedRow.columns(row).get(name))
                .sorted()
                .toList();
    }

    @Test
    void shouldSummariseDailyAggregatesAsTheLastHourlyObjectLeaves() {
        final ObjectVersion daily = version("a", 1).toBuilder()
                .setKey("data/parquet/daily/org/OCP/pod_usage/source=" + SOURCE + "/d.parquet")
                .build();
        put(daily, file(pod("2025-11-03", 0, "daily", "web", 24 * 3600)));
        harness.settle();
        assertTrue(columns("namespace").contains("daily"));

        put(version("a", 2), file(pod("2025-11-03", 1, "hourly", "web", 3600)));
        put(version("b", 3), file(pod("2025-11-03", 2, "hourly", "web", 3600)));
        harness.settle();
        assertEquals(List.of("Worker unallocated", "hourly"), columns("namespace"));

        harness.gone(version("a", 4));
        harness.settle();
        assertEquals(List.of("Worker unallocated", "hourly"), columns("namespace"));
        harness.gone(version("b", 5));
        harness.settle();
        assertEquals(List.of("Worker unallocated", "daily"), columns("namespace"));
    }

    @Test
    void shouldKeepOrganisationsApart() {
        final ObjectVersion other = version("a", 1).toBuilder()
                .setKey(version("a", 1).getKey().replace("data/org/", "data/other/"))
                .build();
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        put(other, file(pod("2025-11-03", 1, "shop", "web", 7200)));
        harness.enabledKey("org", "app", true);
        harness.enabledKey("other", "tier", true);
        harness.tagMapping("other", "tier", "level");
        harness.cluster("other", SOURCE, cluster("Other", Map.of()));
        harness.cluster(SOURCE, cluster("Every", Map.of()));
        harness.settle();
        assertEquals(Set.of(DAY, DAY.replace("org|", "other|")), harness.days().keySet());
        assertEquals(
                List.of("Every {\"app\":\"web\"} 1", "Other {\"level\":\"front\"} 2"),
                harness.table.values().stream()
                        .map(PublishedRow::columns)
                        .filter(row -> row.get("namespace").equals("shop"))
                        .map(row -> row.get("cluster_alias") + " " + row.get("pod_labels") + " "
                                + row.get("pod_usage_cpu_core_hours"))
                        .sorted()
                        .toList(),
                "each with its own reference data");
        assertEquals(4, harness.table.size(), "rows of the same identity in two organisations have keys of their own");
        harness.enabledKey("other", "more", true);
        assertEquals(1, harness.dirtyDays.days(), "the other organisation's day only");
        harness.gone(other.toBuilder().setEventTimeMillis(9000).build());
        harness.settle();
        assertEquals(List.of("Worker unallocated", "shop"), columns("namespace"), "its rows go, the others stay");
    }

    @Test
    void shouldSetAsideWhatPostgresWouldRefuse() {
        final String tooLong = "n".repeat(254);
        put(version("a", 1), file(pod("2025-11-03", 1, tooLong, "web", 3600), pod("2025-11-03", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(2, harness.table.size(), "the shop's row and the node's");
        assertEquals(1, harness.deadLetters.size());
        assertTrue(
                harness.deadLetters.get(0).contains("namespace has 254 characters: varchar(253)"),
                harness.deadLetters.get(0));
        put(version("b", 2), file(pod("2025-11-03", 2, "shop", "web", 1)));
        harness.settle();
        assertEquals(1, harness.deadLetters.size(), "said once");
        assertTrue(
                harness.status.values().iterator().next().contains("\"row_count\":2,\"rows_set_aside\":1"),
                harness.status.toString());
        harness.gone(version("a", 3));
        harness.settle();
        assertEquals(1, harness.settled.size(), "the row is no more");
    }

    @Test
    void shouldLeaveOutAnObjectWithAChunkThatCannotBeProcessedAndSayWhichOne() {
        put(version("good", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        final Map<ChunkKey, byte[]> records =
                Splitting.split(History.LIMITS, version("bad", 2), file(pod("2025-11-03", 2, "mail", "smtp", 60)));
        records.forEach((key, value) -> harness.chunk(key.toString(), key.isEnd() ? value : new byte[] {8, 99, 40, 1}));
        harness.settle();
        assertEquals(1, harness.deadLetters.size());
        assertTrue(harness.deadLetters.get(0).contains("/bad"), harness.deadLetters.get(0));
        assertTrue(harness.deadLetters.get(0).contains("chunk format 99"), harness.deadLetters.get(0));
        assertEquals(2, harness.table.size(), "the good object's rows are there");
    }

    @Test
    void shouldGoOnAfterRecordsThatAreNoChunks() {
        harness.chunk("nonsense", new byte[] {1, 2, 3});
        harness.chunk(null, new byte[0]);
        harness.chunk("org|" + SOURCE + "|2025-11-03|end|" + "0".repeat(32) + "|" + "0".repeat(32), new byte[] {-1});
        put(version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        harness.settle();
        assertEquals(3, harness.deadLetters.size());
        assertEquals(2, harness.table.size());
    }
}
