package org.usagestreams.simulation.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.usagestreams.sample.ReportWriter;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.wire.chunk.ReportType;

/**
 * Reports whose rows say where they come from: contents {@code v} of object {@code o} have a namespace of their own, {@code
 * o<o>-v<v>}, with {@link #LINE_ITEMS} line items of one core-hour each on each of their dates. So the summary itself shows
 * which versions count, and whether one counts by half or twice.
 */
public final class SimulatedReports {
    /** The organisation in the keys of all objects. */
    static final String ORGANISATION = "org";

    /** Line items of a version on a date, and with it its core-hours there. */
    public static final int LINE_ITEMS = 3;

    /** The first date that reports have. */
    public static final LocalDate FIRST_DATE = LocalDate.of(2025, 11, 1);

    /** The label key that all pods have. */
    public static final String LABEL = "app";

    private static final Map<Contents, byte[]> FILES = new ConcurrentHashMap<>();

    /**
     * Contents of an object.
     *
     * @param object number of the object
     * @param version number of the contents
     * @param dates numbers of dates from {@link #FIRST_DATE} on, in order; may be none
     */
    public record Contents(int object, int version, List<Integer> dates) {
        /** Keeps a copy of the dates. */
        public Contents {
            dates = List.copyOf(dates);
        }

        /** The namespace of its rows. */
        public String namespace() {
            return "o" + object + "-v" + version;
        }

        /** The ETag that a store gives them. */
        public String etag() {
            return namespace() + "-" + dates.toString().replaceAll("[^0-9]+", "-");
        }
    }

    private SimulatedReports() {}

    /** The source of an object. */
    public static String source(int object, int sources) {
        return String.format("00000000-0000-4000-8000-%012d", object % sources);
    }

    /** The key of an object. */
    public static String key(int object, int sources) {
        return "data/" + ORGANISATION + "/OCP/source=" + source(object, sources) + "/year=2025/month=11/day=01/"
                + ReportType.POD_USAGE.longSegment() + "/o" + object + ".parquet";
    }

    /** The number of the object that a key names. */
    public static int objectOf(String key) {
        return Integer.parseInt(key.substring(key.lastIndexOf("/o") + 2, key.lastIndexOf('.')));
    }

    /** The object of a namespace; empty if it is none of a report's. */
    public static Optional<Integer> objectOfNamespace(String namespace) {
        final int dash = namespace.indexOf("-v");
        return namespace.startsWith("o") && dash > 0
                ? Optional.of(Integer.parseInt(namespace.substring(1, dash)))
                : Optional.empty();
    }

    /** A date by its number. */
    public static LocalDate date(int number) {
        return FIRST_DATE.plusDays(number);
    }

    /** The Parquet file; made once in a process. */
    public static byte[] file(Contents contents) {
        return FILES.computeIfAbsent(contents, SimulatedReports::write);
    }

    private static byte[] write(Contents contents) {
        final List<Object[]> rows = new ArrayList<>();
        for (final int date : contents.dates()) {
            for (int hour = 0; hour < LINE_ITEMS; hour++) {
                rows.add(row(date(date).atStartOfDay(ZoneOffset.UTC).toInstant().plusSeconds(3600L * hour), contents));
            }
        }
        try {
            final Path file = Files.createTempFile("simulated", ".parquet");
            try (ReportWriter writer = new ReportWriter(
                    file,
                    ReportType.POD_USAGE,
                    new SampleOptions(
                            "org",
                            1,
                            1,
                            1,
                            1,
                            1,
                            LocalDate.EPOCH,
                            1,
                            SampleOptions.LabelForm.JSON,
                            SampleOptions.TimeForm.MILLIS,
                            CompressionCodecName.UNCOMPRESSED,
                            false))) {
                for (final Object[] row : rows) {
                    writer.write(row);
                }
            }
            final byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object[] row(Instant start, Contents contents) {
        final Object[] row = new Object[ReportType.POD_USAGE.columns().size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = switch (ReportType.POD_USAGE.columns().get(i).name()) {
                case "interval_start" -> start;
                case "node" -> "node";
                case "namespace" -> contents.namespace();
                case "pod" -> "pod";
                case "pod_labels" -> Map.of(LABEL, "web");
                case "pod_usage_cpu_core_seconds" -> 3600.0;
                default -> null;
            };
        }
        return row;
    }
}
