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
 * @param source the cluster's UUID, in lower case
 * @param type the report's type
 */
public record ReportKey(String source, ReportType type) {
    private static final Pattern SOURCE = Pattern.compile(
            "(?:^|/)source=([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})/");

    private static final String DAILY = "_daily";

    /** Empty where the key is that of no report: no source, or no segment that names a type. */
    public static Optional<ReportKey> of(String objectKey) {
        final Matcher source = SOURCE.matcher(objectKey);
        if (!source.find()) {
            return Optional.empty();
        }
        final String[] segments = objectKey.split("/", -1);
        // The last segment is the file's own name.
        for (int i = segments.length - 2; i >= 0; i--) {
            final String segment = segments[i].endsWith(DAILY)
                    ? segments[i].substring(0, segments[i].length() - DAILY.length())
                    : segments[i];
            for (final ReportType type : ReportType.values()) {
                if (segment.equals(type.longSegment()) || segment.equals(type.shortSegment())) {
                    return Optional.of(new ReportKey(source.group(1).toLowerCase(Locale.ROOT), type));
                }
            }
        }
        return Optional.empty();
    }
}
