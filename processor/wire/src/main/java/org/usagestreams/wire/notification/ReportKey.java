package org.usagestreams.wire.notification;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.usagestreams.wire.chunk.ReportType;

/**
 * What an object's key says (spec, section 1): whose report it is and of which type. Other partition values in the key
 * are hints, and not read.
 *
 * @param organisation the segment before {@code OCP}; empty where there is none
 * @param source the cluster's UUID, in lower case
 * @param type the report's type
 * @param daily whether it is a daily aggregate: hourly line items summed by day
 */
public record ReportKey(String organisation, String source, ReportType type, boolean daily) {
    private static final Pattern SOURCE = Pattern.compile(
            "(?:^|/)source=([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})/");

    private static final String DAILY = "_daily";
    private static final String DAILY_FOLDER = "/parquet/daily/";

    /**
     * Empty where the key is that of no report: no source, no segment that names a type, an organisation with a bar, which
     * separates the parts of a day's key, or a key that is malformed ({@link ObjectKey}).
     */
    public static Optional<ReportKey> of(String objectKey) {
        if (ObjectKey.problem(objectKey).isPresent()) {
            return Optional.empty();
        }
        final Matcher source = SOURCE.matcher(objectKey);
        if (!source.find()) {
            return Optional.empty();
        }
        final String[] segments = objectKey.split("/", -1);
        final String organisation = organisation(segments);
        if (organisation.indexOf('|') >= 0) {
            return Optional.empty();
        }
        // The last segment is the file's own name.
        for (int i = segments.length - 2; i >= 0; i--) {
            final boolean daily = segments[i].endsWith(DAILY);
            final String segment =
                    daily ? segments[i].substring(0, segments[i].length() - DAILY.length()) : segments[i];
            for (final ReportType type : ReportType.values()) {
                if (segment.equals(type.longSegment()) || segment.equals(type.shortSegment())) {
                    return Optional.of(new ReportKey(
                            organisation,
                            source.group(1).toLowerCase(Locale.ROOT),
                            type,
                            daily || objectKey.contains(DAILY_FOLDER)));
                }
            }
        }
        return Optional.empty();
    }

    private static String organisation(String[] segments) {
        for (int i = segments.length - 2; i > 0; i--) {
            if (segments[i].equals(ObjectKey.OCP)) {
                return segments[i - 1];
            }
        }
        return "";
    }
}
