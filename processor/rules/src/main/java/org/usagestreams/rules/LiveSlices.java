package org.usagestreams.rules;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceEnd;

/** Which slices of a day count (section 2, rules 1, 2 and 2a), and in which order. */
public final class LiveSlices {
    /** Newest object first: greatest upload time, then greatest object key, then greatest bucket. */
    private static final Comparator<SliceEnd> NEWEST_FIRST = Comparator.comparing(
                    (SliceEnd end) -> end.getSlice().getVersion(),
                    Comparator.comparingLong(ObjectVersion::getUploadedMillis)
                            .thenComparing(ObjectVersion::getKey)
                            .thenComparing(ObjectVersion::getBucket))
            .reversed();

    private LiveSlices() {}

    /**
     * Leaves of each object the latest version.
     *
     * @param whole slices of one day whose chunks are all there, in any order
     * @return per object id the slice that counts
     */
    public static Map<String, SliceEnd> latest(List<SliceEnd> whole) {
        final Map<String, SliceEnd> latest = new HashMap<>();
        for (final SliceEnd end : whole) {
            latest.merge(
                    Versions.objectId(end.getSlice().getVersion()),
                    end,
                    (a, b) -> Versions.BY_EVENT.compare(
                                            a.getSlice().getVersion(),
                                            b.getSlice().getVersion())
                                    >= 0
                            ? a
                            : b);
        }
        return latest;
    }

    /**
     * Leaves per report type the hourly objects, or the daily aggregates where there is no hourly one; of these, the
     * objects without a manifest and those of the manifest that wins. Manifests of no hours are additive: where the most
     * hours are 0, all of them win.
     *
     * @param current slices of one day, one an object, each with a line item, in any order
     * @return the slices that count, newest object first
     */
    public static List<SliceEnd> counted(List<SliceEnd> current) {
        final List<SliceEnd> sorted = new ArrayList<>(current);
        final Set<ReportType> hourly = hourlyTypes(current);
        sorted.removeIf(end -> isReplacedByHourly(end, hourly));
        // The order makes the winner the same even where ids that are not numbers make the comparison go round.
        sorted.sort(NEWEST_FIRST);
        final Map<ReportType, ObjectVersion> winners = new EnumMap<>(ReportType.class);
        sorted.stream()
                .filter(end -> end.getSlice().getVersion().hasManifestId())
                .sorted(Comparator.comparing(end -> end.getSlice().getVersion().getManifestId()))
                .forEach(end -> winners.merge(
                        typeOf(end), end.getSlice().getVersion(), (a, b) -> compareManifests(a, b) >= 0 ? a : b));
        sorted.removeIf(end -> end.getSlice().getVersion().hasManifestId()
                && hours(winners.get(typeOf(end))) > 0
                && compareManifests(winners.get(typeOf(end)), end.getSlice().getVersion()) != 0);
        return sorted;
    }

    /** The report types that have an hourly object with line items. */
    public static Set<ReportType> hourlyTypes(Collection<SliceEnd> current) {
        final Set<ReportType> types = EnumSet.noneOf(ReportType.class);
        for (final SliceEnd end : current) {
            if (!end.getSlice().getDaily()) {
                types.add(typeOf(end));
            }
        }
        return types;
    }

    /**
     * Whether the slice is one of a daily aggregate that no longer counts beside hourly objects.
     *
     * @param hourly as in {@link #hourlyTypes}
     */
    public static boolean isReplacedByHourly(SliceEnd end, Set<ReportType> hourly) {
        return end.getSlice().getDaily() && hourly.contains(typeOf(end));
    }

    /** The report type of a slice. */
    static ReportType typeOf(SliceEnd end) {
        return ReportType.valueOf(end.getSlice().getReport().name());
    }

    private static int compareManifests(ObjectVersion a, ObjectVersion b) {
        final int hours = Long.compare(hours(a), hours(b));
        if (hours != 0) {
            return hours;
        }
        final String idA = a.getManifestId();
        final String idB = b.getManifestId();
        return isNumber(idA) && isNumber(idB) ? new BigInteger(idA).compareTo(new BigInteger(idB)) : idA.compareTo(idB);
    }

    /** Hours that are missing or unreadable are 0. */
    private static long hours(ObjectVersion version) {
        return Math.max(0, version.getReportHours());
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 100 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
