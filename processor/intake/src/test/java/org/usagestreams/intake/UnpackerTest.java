package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.testkit.OperatorCsv;
import org.usagestreams.testkit.PayloadBuilder;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** Payloads give exactly the rows that the same data give as Parquet. */
class UnpackerTest {
    private static final String FIRST = "11111111-1111-4111-8111-111111111111";
    private static final String SECOND = "22222222-2222-4222-8222-222222222222";
    private static final String MIDNIGHT = "2025-11-01T00:00:00.000000+00:00";

    private final PayloadBucket bucket = new PayloadBucket();
    private final PayloadBucket parquet = new PayloadBucket();

    /** Line items of all types from 1 to 3 November. */
    private static Map<ReportType, List<Object[]>> rows(long seed) {
        final Random random = new Random(seed);
        final Map<ReportType, List<Object[]>> rows = new EnumMap<>(ReportType.class);
        for (final ReportType type : ReportType.values()) {
            final List<Object[]> some = new ArrayList<>();
            while (some.size() < 20) {
                some.addAll(RandomReports.rows(random, type));
            }
            some.forEach(row -> {
                unset(row, type, Columns.EFFECTIVE_CPU);
                unset(row, type, Columns.EFFECTIVE_MEMORY);
            });
            rows.put(type, some);
        }
        return rows;
    }

    /** The operator writes no such column. */
    private static void unset(Object[] row, ReportType type, String column) {
        final int index = type.columns().stream().map(ColumnSpec::name).toList().indexOf(column);
        if (index >= 0) {
            row[index] = null;
        }
    }

    private static List<Object[]> of(List<Object[]> rows, LocalDate date) {
        return rows.stream()
                .filter(row ->
                        LocalDate.ofInstant((Instant) row[0], ZoneOffset.UTC).equals(date))
                .toList();
    }

    private static PayloadBuilder with(PayloadBuilder payload, Map<ReportType, List<Object[]>> rows) {
        rows.forEach(payload::report);
        return payload;
    }

    private void expect(Map<ReportType, List<Object[]>> rows) {
        rows.forEach(parquet::parquet);
        assertThat(bucket.summary()).isNotEmpty().isEqualTo(parquet.summary());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldGiveTheRowsOfTheSameDataAsParquet(long seed) {
        final Map<ReportType, List<Object[]>> rows = rows(seed);
        final UnpackedPayload unpacked = bucket.unpack(with(PayloadBuilder.of(FIRST), rows)
                .daily(MIDNIGHT, "2025-11-03T12:00:00.000000+00:00")
                .bytes());
        assertThat(unpacked.files()).isEqualTo(4);
        assertThat(unpacked.rows())
                .isEqualTo(rows.values().stream().mapToLong(List::size).sum());
        expect(rows);
    }

    @Test
    void shouldMakeOneObjectForEachReportAndDate() {
        bucket.unpack(with(PayloadBuilder.of(FIRST), rows(1))
                .daily(MIDNIGHT, "2025-11-03T07:30:00Z")
                .bytes());
        assertThat(bucket.objects()).hasSize(ReportType.values().length * 3);
        assertThat(bucket.objects().keySet()).allSatisfy(key -> assertThat(key)
                .matches("data/org1/OCP/source=" + PayloadBucket.SOURCE
                        + "/year=2025/month=11/day=0[123]/openshift_[a-z_]+_line_items/" + FIRST
                        + "-[0-9a-f]{12}\\.parquet"));
    }

    @Test
    void shouldMakeTheSameObjectsOfTheSamePayload() {
        final byte[] payload = with(PayloadBuilder.of(FIRST), rows(1))
                .daily(MIDNIGHT, MIDNIGHT)
                .bytes();
        final PayloadBucket again = new PayloadBucket();
        bucket.unpack(payload);
        again.unpack(payload);
        assertThat(again.objects().keySet()).isEqualTo(bucket.objects().keySet());
        again.objects().forEach((key, bytes) -> assertThat(bytes)
                .isEqualTo(bucket.objects().get(key)));
    }

    @Test
    void shouldNotDependOnWhereTheManifestStands() {
        final PayloadBucket first = new PayloadBucket();
        first.unpack(with(PayloadBuilder.of(FIRST), rows(1)).manifestFirst().bytes());
        bucket.unpack(with(PayloadBuilder.of(FIRST), rows(1)).bytes());
        assertThat(first.objects().keySet()).isEqualTo(bucket.objects().keySet());
        assertThat(first.summary()).isEqualTo(bucket.summary());
    }

    @Test
    void shouldReplaceEarlierDailyReports() {
        final Map<ReportType, List<Object[]>> later = rows(2);
        bucket.unpack(with(PayloadBuilder.of(FIRST), rows(1))
                .daily(MIDNIGHT, "2025-11-03T06:00:00Z")
                .bytes());
        bucket.unpack(with(PayloadBuilder.of(SECOND), later)
                .date("2025-11-03T13:00:00Z")
                .daily(MIDNIGHT, "2025-11-03T12:00:00Z")
                .bytes());
        expect(later);
    }

    @Test
    void shouldNotReplaceLaterDailyReportsThatCameBefore() {
        final Map<ReportType, List<Object[]>> later = rows(2);
        bucket.unpack(with(PayloadBuilder.of(SECOND), later)
                .date("2025-11-03T13:00:00Z")
                .daily(MIDNIGHT, "2025-11-03T12:00:00Z")
                .bytes());
        bucket.unpack(with(PayloadBuilder.of(FIRST), rows(1))
                .daily(MIDNIGHT, "2025-11-03T06:00:00Z")
                .bytes());
        expect(later);
    }

    @Test
    void shouldKeepADayThatALaterManifestCoversForFewerHours() {
        final Map<ReportType, List<Object[]>> first = rows(1);
        final Map<ReportType, List<Object[]>> second = rows(2);
        bucket.unpack(with(PayloadBuilder.of(FIRST), first)
                .daily(MIDNIGHT, "2025-11-04T00:00:00Z")
                .bytes());
        bucket.unpack(with(PayloadBuilder.of(SECOND), second)
                .date("2025-11-04T13:00:00Z")
                .daily("2025-11-02T00:00:00Z", "2025-11-03T12:00:00Z")
                .bytes());
        final Map<ReportType, List<Object[]>> live = new EnumMap<>(ReportType.class);
        for (final ReportType type : ReportType.values()) {
            live.put(
                    type,
                    PayloadBucket.together(
                            of(first.get(type), LocalDate.parse("2025-11-01")),
                            of(second.get(type), LocalDate.parse("2025-11-02")),
                            of(first.get(type), LocalDate.parse("2025-11-03"))));
        }
        expect(live);
    }

    @Test
    void shouldAddUpThePayloadsOfOneManifest() {
        final Map<ReportType, List<Object[]>> rows = rows(1);
        final String end = "2025-11-03T12:00:00Z";
        for (final ReportType type : ReportType.values()) {
            final PayloadBuilder payload = PayloadBuilder.of(FIRST).daily(MIDNIGHT, end);
            for (final ReportType other : ReportType.values()) {
                final String name = FIRST + "_openshift_report." + other + ".csv";
                if (other == type) {
                    payload.file(name, OperatorCsv.write(type, rows.get(type)));
                } else {
                    payload.listed(name);
                }
            }
            bucket.unpack(payload.bytes());
        }
        expect(rows);
    }

    @Test
    void shouldKeepPayloadsApartThatShareAManifestAndAReport() {
        final List<Object[]> pods = rows(1).get(ReportType.POD_USAGE);
        final List<Object[]> distinct = new ArrayList<>();
        for (int i = 0; i < pods.size(); i++) {
            // Other pods in each half, so that no line item is there twice.
            final Object[] row = pods.get(i).clone();
            row[3] = i < pods.size() / 2 ? "first" : "second";
            distinct.add(row);
        }
        final List<List<Object[]>> halves =
                List.of(distinct.subList(0, pods.size() / 2), distinct.subList(pods.size() / 2, pods.size()));
        for (int i = 0; i < 2; i++) {
            bucket.unpack(PayloadBuilder.of(FIRST)
                    .daily(MIDNIGHT, "2025-11-03T12:00:00Z")
                    .file("half-" + i + ".csv", OperatorCsv.write(ReportType.POD_USAGE, halves.get(i)))
                    .listed("half-" + (1 - i) + ".csv")
                    .bytes());
        }
        parquet.parquet(ReportType.POD_USAGE, halves.get(0)).parquet(ReportType.POD_USAGE, halves.get(1));
        assertThat(bucket.summary()).isNotEmpty().isEqualTo(parquet.summary());
    }

    @Test
    void shouldAddUpAdditivePayloads() {
        final Map<ReportType, List<Object[]>> first = rows(1);
        final Map<ReportType, List<Object[]>> second = rows(2);
        bucket.unpack(with(PayloadBuilder.of(FIRST), first).bytes());
        bucket.unpack(with(PayloadBuilder.of(SECOND), second)
                .date("2025-11-03T13:00:00Z")
                .bytes());
        first.forEach(parquet::parquet);
        expect(second);
    }

    @Test
    void shouldSplitAPayloadOfTwoMonthsByDates() {
        final Map<ReportType, List<Object[]>> rows = rows(1);
        rows.values().forEach(list -> list.forEach(row -> row[0] = ((Instant) row[0]).minusSeconds(86_400)));
        final UnpackedPayload unpacked = bucket.unpack(with(PayloadBuilder.of(FIRST), rows)
                .daily("2025-10-31T00:00:00Z", "2025-11-02T12:00:00Z")
                .bytes());
        assertThat(unpacked.objects())
                .extracting(object -> object.date() + " " + object.hours())
                .contains("2025-10-31 24", "2025-11-01 24", "2025-11-02 12");
        expect(rows);
    }

    @Test
    void shouldChangeNothingByTheSamePayloadTwice() {
        final byte[] payload = with(PayloadBuilder.of(FIRST), rows(1)).bytes();
        bucket.unpack(payload);
        final Map<String, String> once = bucket.summary();
        bucket.unpack(payload);
        assertThat(bucket.summary()).isEqualTo(once);
    }

    @Test
    void shouldKnowAllReports() {
        final UnpackedPayload unpacked = bucket.unpack(with(PayloadBuilder.of(FIRST), rows(1))
                .daily(MIDNIGHT, MIDNIGHT)
                .file("vm.csv", OperatorCsv.VM.getBytes(UTF_8))
                .file("gpu.csv", OperatorCsv.GPU.getBytes(UTF_8))
                .optimization("ros.csv", OperatorCsv.CONTAINERS.getBytes(UTF_8))
                .optimization("ros-namespaces.csv", OperatorCsv.NAMESPACES.getBytes(UTF_8))
                .file("listed-ros.csv", OperatorCsv.CONTAINERS.getBytes(UTF_8))
                .member("README", new byte[10])
                .bytes());
        assertThat(unpacked.objects()).extracting(UnpackedObject::report).contains(PayloadReport.values());
        assertThat(unpacked.files()).isEqualTo(6);
        assertThat(unpacked.optimizationFiles()).isEqualTo(3);
        assertThat(unpacked.otherMembers()).isOne();
    }

    @Test
    void shouldLeaveOutFilesThatTheManifestDoesNotNameAndTellWhichAreMissing() {
        final Map<ReportType, List<Object[]>> rows = rows(1);
        final PayloadBuilder payload = with(PayloadBuilder.of(FIRST), rows)
                .member("more.csv", OperatorCsv.write(ReportType.POD_USAGE, rows(2).get(ReportType.POD_USAGE)))
                .member("bad.csv", "a,b\n1".getBytes(UTF_8));
        for (int i = 1; i < 8; i++) {
            payload.listed("later-" + i + ".csv");
        }
        final UnpackedPayload unpacked = bucket.unpack(payload.bytes());
        expect(rows);
        assertThat(unpacked.files()).isEqualTo(4);
        assertThat(unpacked.unlisted()).containsExactly("more.csv", "bad.csv");
        assertThat(unpacked.missing()).hasSize(7).startsWith("later-1.csv");
        assertThat(unpacked.note())
                .isEqualTo("Left out, because the manifest does not name them: more.csv, bad.csv."
                        + " The manifest names files that are not in this payload: later-1.csv, later-2.csv, later-3.csv,"
                        + " later-4.csv, later-5.csv and 2 more. Another payload of the manifest may have them.");
        assertThat(new PayloadBucket()
                        .unpack(with(PayloadBuilder.of(FIRST), rows).bytes())
                        .note())
                .isEmpty();
    }

    @Test
    void shouldTakeAPayloadWithoutRows() {
        final UnpackedPayload unpacked =
                bucket.unpack(PayloadBuilder.of(FIRST).set("files", null).bytes());
        assertThat(unpacked.objects()).isEmpty();
        assertThat(bucket.unpack(PayloadBuilder.of(FIRST)
                                .report(ReportType.NAMESPACE_LABELS, List.of())
                                .bytes())
                        .objects())
                .isEmpty();
    }

    @Test
    void shouldKeepTheRowsOfALongFile() {
        final List<Object[]> pods = new ArrayList<>();
        while (pods.size() < 5 * RowBuffer.ROWS) {
            pods.addAll(rows(pods.size()).get(ReportType.POD_USAGE));
        }
        final UnpackedPayload unpacked = bucket.unpack(PayloadBuilder.of(FIRST)
                .report(ReportType.POD_USAGE, pods)
                .report(ReportType.STORAGE_USAGE, rows(1).get(ReportType.STORAGE_USAGE))
                .bytes());
        assertThat(unpacked.rows())
                .isEqualTo(pods.size() + rows(1).get(ReportType.STORAGE_USAGE).size());
        parquet.parquet(ReportType.POD_USAGE, pods);
        parquet.parquet(ReportType.STORAGE_USAGE, rows(1).get(ReportType.STORAGE_USAGE));
        assertThat(bucket.summary()).isEqualTo(parquet.summary());
    }

    @Test
    void shouldWriteSmallRowGroupsWhereMemoryIsShort() {
        final PayloadLimits short1 =
                new PayloadLimits(10_000, 8L << 30, 200, 64 << 20, 1 << 20, 256, 1 << 20, 70, 1, 4L << 30, 1_000);
        final PayloadBucket small = new PayloadBucket(short1);
        final byte[] payload = with(PayloadBuilder.of(FIRST), rows(1)).bytes();
        small.unpack(payload);
        bucket.unpack(payload);
        assertThat(small.summary()).isEqualTo(bucket.summary());
    }
}
