package org.usagestreams.summarizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Readmission;

/** What is forgotten, refused, and taken back. The harness' clock begins on 2025-11-24. */
class RetentionTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000dd";
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final TopologyHarness harness = new TopologyHarness(TopologySettings.DEFAULTS.withRetentionDays(10));
    private final PodSource source = new PodSource(harness, SOURCE, Instant.parse("2025-11-20T00:00:00Z"));

    @AfterEach
    void close() {
        harness.close();
    }

    private void put(ObjectVersion version, byte[] bytes) {
        source.put(version, bytes);
        harness.settle();
    }

    private static DayCommand readmission(long until, Set<UUID> rows) {
        final ByteBuffer uuids = ByteBuffer.allocate(16 * rows.size());
        rows.forEach(row -> uuids.putLong(row.getMostSignificantBits()).putLong(row.getLeastSignificantBits()));
        return DayCommand.newBuilder()
                .setReadmission(
                        Readmission.newBuilder().setUntilMillis(until).setUuids(ByteString.copyFrom(uuids.flip())))
                .build();
    }

    private Set<UUID> rows() {
        final Set<UUID> rows = new TreeSet<>();
        harness.table.keySet().forEach(key -> rows.add(UUID.fromString(key.replaceAll(".*\"uuid\":\"|\"}", ""))));
        return rows;
    }

    @Test
    void shouldLetADayGoAndLeaveItsRows() {
        put(source.version("a", 1), RandomReports.pods("2025-11-20", "shop", "mail"));
        final Map<String, byte[]> before = new TreeMap<>(harness.table);
        final Map<String, String> status = new TreeMap<>(harness.status);
        assertEquals(3, before.size());
        harness.advance(5 * DAY);
        assertEquals(2, harness.stores.chunkKeys().size(), "not yet");
        harness.advance(7 * DAY);
        assertEquals(Set.of(), harness.stores.chunkKeys());
        assertEquals(Map.of(), harness.stores.days());
        harness.reference.enabledKey("app", true);
        harness.settle();
        assertEquals(before.keySet(), harness.table.keySet(), "no tombstone for a row");
        assertEquals(status, harness.status);
    }

    @Test
    void shouldRefuseWhatComesForAForgottenDayAndNotApplyTheRestOfIt() {
        final byte[] old = RandomReports.pods("2025-11-03", "shop");
        source.put(source.version("a", 1), old);
        harness.settle();
        assertEquals(Map.of(), harness.table);
        assertEquals(Set.of(), harness.stores.chunkKeys());
        assertEquals(1, harness.deadLetters.size());
        assertTrue(harness.deadLetters.get(0).contains("\"step\":\"RETENTION\""), harness.deadLetters.get(0));
        final String entry = harness.ledger.values().iterator().next();
        assertTrue(entry.contains("\"state\":\"FAILED\",\"reason\":\"beyond retention"), entry);
    }

    @Test
    void shouldRetractTheOtherDaysOfWhatIsRefused() {
        put(source.version("a", 1), RandomReports.pods("2025-11-20", "shop"));
        assertEquals(2, harness.table.size());
        // A newer version, with a day that is remembered and one that is not, late on its way.
        final Object[] first = new Object[ReportType.POD_USAGE.columns().size()];
        first[0] = Instant.parse("2025-11-03T00:00:00Z");
        first[1] = "node";
        first[2] = "shop";
        first[3] = "pod";
        final Object[] second = first.clone();
        second[0] = Instant.parse("2025-11-21T00:00:00Z");
        put(
                source.version("a", 2),
                RandomReports.write(
                        ReportType.POD_USAGE,
                        SampleOptions.LabelForm.JSON,
                        SampleOptions.TimeForm.MILLIS,
                        List.of(first, second)));
        assertEquals(Map.of(), harness.table, "neither the old version's rows nor half of the new one");
        assertEquals(Set.of(), harness.stores.chunkKeys());
    }

    @Test
    void shouldTakeADayBackWithoutARowThatIsNoMore() {
        put(source.version("a", 1), RandomReports.pods("2025-11-20", "shop", "mail"));
        harness.advance(12 * DAY);
        assertEquals(Map.of(), harness.stores.days());
        final Set<UUID> standing = rows();
        final int published = harness.published;
        final long until = harness.nowMillis() + 2 * DAY;
        harness.order("org|" + SOURCE + "|2025-11-20", readmission(until, standing));
        assertEquals(published, harness.published, "nothing goes before there is something else");
        put(source.version("a", 2), RandomReports.pods("2025-11-20", "shop"));
        assertEquals(2, harness.table.size(), "the shop's row and the node's: the mail row has gone");
        assertEquals(1, harness.stores.days().size());
        harness.advance(3 * DAY);
        assertEquals(Map.of(), harness.stores.days(), "its time is over");
        assertEquals(2, harness.table.size());
        put(source.version("a", 3), RandomReports.pods("2025-11-20", "shop"));
        assertEquals(1, harness.deadLetters.size(), "refused again");
    }

    @Test
    void shouldForgetObjectsThatAreLongGone() {
        put(source.version("a", 1), RandomReports.pods("2025-11-20", "shop"));
        harness.gone(source.version("a", 2));
        harness.settle();
        assertEquals(1, harness.stores.objects());
        harness.advance(20 * DAY);
        assertEquals(0, harness.stores.objects());
    }

    private static final String STATUS =
            "{\"organisation\":\"org\",\"source_uuid\":\"" + SOURCE + "\",\"usage_date\":20412}";

    @Test
    void shouldSayHowFarADayIs() {
        put(source.version("a", 1), RandomReports.pods("2025-11-20", "shop", "shop", "shop"));
        final String status = harness.status.get(STATUS);
        assertTrue(status.contains("\"revision\":1,\"row_count\":2,\"rows_set_aside\":0,\"live_objects\":1"), status);
        assertTrue(status.contains("\"pod_usage_complete_hours\":3,\"storage_usage_complete_hours\":0"), status);
        harness.gone(source.version("a", 2));
        harness.settle();
        final String emptied = harness.status.get(STATUS);
        assertTrue(emptied.contains("\"revision\":2,\"row_count\":0,\"rows_set_aside\":0,\"live_objects\":0"), emptied);
    }
}
