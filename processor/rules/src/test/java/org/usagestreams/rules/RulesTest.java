package org.usagestreams.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.SliceEnd;

/** Single rules, at their edges. */
class RulesTest {
    @ParameterizedTest
    @CsvSource({
        "openshift-%, openshift-dns, true",
        "openshift-%, xopenshift-dns, false",
        "%unallocated, Platform unallocated, true",
        "a_c, abc, true",
        "a_c, ac, false",
        "%a%b%, xxaxxbxx, true",
        "%a%b%, xxbxxaxx, false",
        "a\\%b, a%b, true",
        "a\\%b, axb, false",
        "'', '', true",
        "%, '', true",
        "_, 日, true",
        "_, \uD83D\uDE00, true",
    })
    void shouldMatchAsSqlDoes(String pattern, String text, boolean matches) {
        assertEquals(matches, LikePattern.matches(pattern, text));
    }

    @Test
    void shouldTakeTheGreatestCategoryOnce() {
        final ReferenceData reference = new ReferenceData(
                ReferenceData.Cluster.unknown("s"),
                Set.of(),
                List.of(
                        new ReferenceData.CostCategory("a%", 3),
                        new ReferenceData.CostCategory("%b", 5),
                        new ReferenceData.CostCategory("c", 9)),
                Map.of());
        assertEquals(5, reference.categoryOf("ab"));
        assertNull(reference.categoryOf("x"));
        assertNull(reference.categoryOf(null));
    }

    private static SliceEnd slice(String key, String manifest, long hours, long uploaded) {
        final ObjectVersion.Builder version =
                ObjectVersion.newBuilder().setBucket("b").setKey(key).setUploadedMillis(uploaded);
        if (manifest != null) {
            version.setManifestId(manifest).setReportHours(hours);
        }
        return SliceEnd.newBuilder()
                .setSlice(Slice.newBuilder().setVersion(version).setReport(ReportType.POD_USAGE))
                .build();
    }

    private static List<String> counted(SliceEnd... ends) {
        final List<SliceEnd> shuffled = new ArrayList<>(Arrays.asList(ends));
        List<String> first = null;
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(shuffled, new Random(seed));
            final List<String> keys = LiveSlices.counted(shuffled).stream()
                    .map(end -> end.getSlice().getVersion().getKey())
                    .toList();
            first = first == null ? keys : first;
            assertEquals(first, keys, "in every order");
        }
        return first;
    }

    @Test
    void shouldCountTheManifestOfTheMostHoursThenTheGreaterId() {
        assertEquals(List.of("b"), counted(slice("a", "900", 5, 1), slice("b", "7", 6, 2)));
        assertEquals(List.of("b"), counted(slice("a", "9", 6, 1), slice("b", "10", 6, 2)), "ids as numbers");
        assertEquals(List.of("a"), counted(slice("a", "9x", 6, 1), slice("b", "10", 6, 2)), "ids as texts");
        assertEquals(
                List.of("d", "c", "a"),
                counted(slice("a", "1", 6, 1), slice("b", "2", 5, 2), slice("c", null, 0, 3), slice("d", "1", 6, 4)));
    }

    @Test
    void shouldCountAllManifestsWhereTheMostHoursAreNone() {
        assertEquals(List.of("b", "a"), counted(slice("a", "9", 0, 1), slice("b", "10", 0, 2)));
        assertEquals(List.of("b", "a"), counted(slice("a", "9", -1, 1), slice("b", "10", 0, 2)), "missing hours are 0");
        assertEquals(
                List.of("d", "c"),
                counted(slice("a", "9", 0, 1), slice("b", "10", 0, 2), slice("c", "1", 1, 3), slice("d", null, 0, 4)),
                "a manifest with hours beats them all");
    }

    private static SliceEnd daily(SliceEnd end) {
        return end.toBuilder()
                .setSlice(end.getSlice().toBuilder().setDaily(true))
                .build();
    }

    @Test
    void shouldCountDailyAggregatesOnlyWithoutHourlyObjectsOfTheirType() {
        final SliceEnd nodes = slice("nodes", null, 0, 9);
        final SliceEnd nodeLabels = nodes.toBuilder()
                .setSlice(nodes.getSlice().toBuilder().setReport(ReportType.NODE_LABELS))
                .build();
        assertEquals(
                List.of("nodes", "b", "a"),
                counted(daily(slice("a", null, 0, 1)), daily(slice("b", null, 0, 2)), nodeLabels));
        assertEquals(
                List.of("nodes", "c"),
                counted(daily(slice("a", null, 0, 1)), daily(nodeLabels), slice("c", null, 0, 3)));
        assertEquals(
                List.of("c"),
                counted(daily(slice("a", "7", 24, 1)), slice("b", "8", 5, 2), slice("c", "9", 6, 3)),
                "before manifests are compared, and whichever manifest wins");
    }

    @Test
    void shouldRenameChildKeysToTheirParents() {
        final Map<String, String> parents = Map.of("app", "application", "tier", "application", "öx", "application");
        assertEquals(
                Labels.of(Map.of("application", "own", "x", "1")),
                Labels.of(Map.of("app", "a", "application", "own", "x", "1")).mapped(parents),
                "the parent's own value stays");
        assertEquals(
                Labels.of(Map.of("application", "t")),
                Labels.of(Map.of("app", "a", "tier", "t")).mapped(parents),
                "the longest key wins");
        assertEquals(
                Labels.of(Map.of("application", "o")),
                Labels.of(Map.of("app", "a", "öx", "o")).mapped(parents),
                "of keys of as many bytes the greatest");
        assertEquals(Labels.of(Map.of("x", "1")), Labels.of(Map.of("x", "1")).mapped(parents));
    }

    @Test
    void shouldTakeTheReportPeriodOfTheMonth() {
        final ReferenceData.Cluster cluster =
                new ReferenceData.Cluster("c", null, Map.of(java.time.YearMonth.of(2025, 10), 7));
        assertEquals(7, cluster.reportPeriodId(LocalDate.of(2025, 10, 31)));
        assertNull(cluster.reportPeriodId(LocalDate.of(2025, 11, 1)));
    }

    @Test
    void shouldDecideEvenWhereIdsGoRound() {
        // As numbers 9 < 10; as texts 10 < 1x and 1x < 9.
        assertEquals(
                1,
                counted(slice("a", "9", 1, 1), slice("b", "10", 1, 2), slice("c", "1x", 1, 3))
                        .size());
    }

    @Test
    void shouldMergeLabelsWithTheLaterOnTop() {
        final Labels merged =
                Labels.of(Map.of("a", "1", "b", "1", "d", "1")).with(Labels.of(Map.of("b", "2", "c", "2", "e", "2")));
        assertEquals(Labels.of(Map.of("a", "1", "b", "2", "c", "2", "d", "1", "e", "2")), merged);
        assertEquals(Labels.of(Map.of("b", "2")), merged.only(Set.of("b", "x")));
    }

    @Test
    void shouldSumWithoutLosingWhatIsSmall() {
        final Sums sums = new Sums(1);
        assertEquals(true, Double.isNaN(sums.get(0, 0)), "a sum of nothing is null");
        sums.add(0, 0, 1e16);
        for (int i = 0; i < 10; i++) {
            sums.add(0, 0, 1.0);
        }
        sums.add(0, 0, -1e16);
        sums.add(0, 0, Double.NaN);
        assertEquals(10.0, sums.get(0, 0));
        final Sums more = new Sums(1);
        more.addSum(3, 0, sums, 0);
        assertEquals(10.0, more.get(3, 0));
        assertEquals(true, Double.isNaN(more.get(2, 0)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "96, 96",
        "1000, 1000",
        "0.1, 0.1",
        "-5.329679999999968, -5.329679999999968",
        "1e-16, 0",
        "1e17, 100000000000000000",
        "0.0000000000000016, 0.000000000000002",
    })
    void shouldRoundAmountsToTheColumnsDecimals(double value, String decimal) {
        assertEquals(
                new BigDecimal(decimal).toPlainString(), Amount.toDecimal(value).toPlainString());
    }

    @Test
    void shouldRoundAnyAmountAsBigDecimalDoes() {
        final SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 300_000; i++) {
            final double value =
                    switch (i % 4) {
                        // Any exponent, any fraction.
                        case 0 -> Double.longBitsToDouble(random.nextLong());
                        // The sizes that amounts have.
                        case 1 -> random.nextDouble(-20_000, 20_000);
                        // Ties: an odd number of halves of the last decimal, as far as a double has it.
                        case 2 -> random.nextInt(1_000_000) * 0x1p-16;
                        default -> Math.scalb((double) random.nextInt(100_000), random.nextInt(-70, 40));
                    };
            if (Double.isFinite(value) && Math.abs(value) <= 1e18) {
                final BigDecimal expected = new BigDecimal(value)
                        .setScale(15, RoundingMode.HALF_EVEN)
                        .stripTrailingZeros();
                assertEquals(
                        expected.toPlainString(), Amount.toDecimal(value).toPlainString(), Double.toHexString(value));
            }
        }
    }

    @Test
    void shouldGiveEveryIdentityItsOwnUuid() {
        final RowIdentity identity = new RowIdentity();
        final var a =
                identity.start(SummaryRow.Kind.POD, "s", "d").add("ab").add("c").uuid();
        assertEquals(
                a,
                identity.start(SummaryRow.Kind.POD, "s", "d").add("ab").add("c").uuid());
        assertNotEquals(
                a,
                identity.start(SummaryRow.Kind.POD, "s", "d").add("a").add("bc").uuid());
        assertNotEquals(
                a,
                identity.start(SummaryRow.Kind.STORAGE, "s", "d")
                        .add("ab")
                        .add("c")
                        .uuid());
        assertNotEquals(
                identity.start(SummaryRow.Kind.POD, "s", "d").add((String) null).uuid(),
                identity.start(SummaryRow.Kind.POD, "s", "d").add("").uuid());
        assertEquals(5, a.version());
        assertEquals(2, a.variant());
    }

    private static SummaryRow row(String namespace, double amount, Labels labels) {
        final double[] amounts = new double[Amount.COUNT];
        Arrays.fill(amounts, Double.NaN);
        amounts[0] = amount;
        return new SummaryRow(
                new java.util.UUID(0, 0),
                new DayKey("o", "s", LocalDate.EPOCH),
                SummaryRow.Kind.POD,
                ReferenceData.Cluster.unknown("s"),
                null,
                namespace,
                "n",
                null,
                labels,
                null,
                labels,
                null,
                null,
                null,
                null,
                amounts);
    }

    @Test
    void shouldKnowWhatTheTableCannotHold() {
        assertNull(TableLimits.violation(row("n".repeat(253), 9.99e17, Labels.NONE)));
        assertNull(
                TableLimits.violation(row("\uD83D\uDE00".repeat(253), 0, Labels.NONE)), "characters, not code units");
        assertEquals(
                "namespace has 254 characters: varchar(253)",
                TableLimits.violation(row("n".repeat(254), 0, Labels.NONE)));
        assertEquals(
                "pod_usage_cpu_core_hours is -1.0E18: numeric(33,15) ends at 1e18",
                TableLimits.violation(row("n", -1e18, Labels.NONE)));
        assertEquals(
                "all_labels holds the character NUL", TableLimits.violation(row("n", 0, Labels.of(Map.of("a", "\0")))));
        assertEquals("namespace holds the character NUL", TableLimits.violation(row("\0", 0, Labels.NONE)));
    }
}
