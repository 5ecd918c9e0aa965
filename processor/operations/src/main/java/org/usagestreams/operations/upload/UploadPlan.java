package org.usagestreams.operations.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.Type;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.notification.ReportKey;

/** Finds report files, and the keys that they get in a bucket. Thread-safe. */
public final class UploadPlan {
    private static final String NO_TYPE =
            "Cannot tell the report type: the columns are not those of exactly one type. Name it with --type.";
    private static final Pattern DATE = Pattern.compile("year=(\\d{4})/month=(\\d{1,2})/day=(\\d{1,2})");

    private final String org;

    /** A Parquet file has the columns of no report that is summarised. */
    private static final class OtherTypeException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        OtherTypeException() {
            super(NO_TYPE);
        }
    }

    /**
     * Plans for an organisation.
     *
     * @param org as keys name it; of files that lie as in a bucket, their paths name it
     */
    public UploadPlan(String org) {
        this.org = org;
    }

    /**
     * Finds the files and their keys. Files of a folder that are reports of no type that is summarised are left out.
     *
     * @see #plan(List, String, ReportType, LocalDate, Consumer)
     */
    public List<PlannedUpload> plan(List<Path> paths, String source, ReportType type, LocalDate today)
            throws IOException {
        return plan(paths, source, type, today, file -> {});
    }

    /**
     * Finds the files and their keys.
     *
     * @param paths files; of a folder, all that end in {@code .parquet}
     * @param source null where paths name it
     * @param type null where paths or the files' columns tell
     * @param today the date of files whose path names none
     * @param leftOut hears of the files of a folder that are reports of no type that is summarised
     * @throws IllegalArgumentException listing the files that do not tell where they belong
     * @throws IOException where a folder cannot be read
     */
    public List<PlannedUpload> plan(
            List<Path> paths, String source, ReportType type, LocalDate today, Consumer<Path> leftOut)
            throws IOException {
        final List<PlannedUpload> planned = new ArrayList<>();
        final List<String> problems = new ArrayList<>();
        for (final Path path : paths) {
            if (!Files.exists(path)) {
                problems.add(path + ": Cannot read the file: it does not exist.");
                continue;
            }
            try (Stream<Path> files = Files.walk(path)) {
                for (final Path file : files.filter(Files::isRegularFile)
                        .filter(file -> file.equals(path) || file.toString().endsWith(".parquet"))
                        .sorted()
                        .toList()) {
                    try {
                        planned.add(new PlannedUpload(file, key(file, source, type, today)));
                    } catch (OtherTypeException e) {
                        if (file.equals(path)) {
                            problems.add(file + ": " + e.getMessage());
                        } else {
                            leftOut.accept(file);
                        }
                    } catch (IllegalArgumentException e) {
                        problems.add(file + ": " + e.getMessage());
                    }
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return planned;
    }

    private String key(Path file, String source, ReportType type, LocalDate today) {
        final String path = file.toAbsolutePath().normalize().toString().replace('\\', '/');
        final Optional<ReportKey> named = ReportKey.of(path);
        if (source == null && type == null && named.isPresent()) {
            // It lies as in a bucket.
            final int data = path.lastIndexOf("/data/");
            if (data >= 0) {
                return path.substring(data + 1);
            }
        }
        final ReportType report =
                type != null ? type : named.map(ReportKey::type).orElseGet(() -> typeOf(file));
        final String id = source != null
                ? source
                : named.map(ReportKey::source)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "Cannot tell the cluster: the path has no source=UUID. Name it with --source."));
        final Matcher matcher = DATE.matcher(path);
        final LocalDate date = matcher.find()
                ? LocalDate.of(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        Integer.parseInt(matcher.group(3)))
                : today;
        return String.format(
                "data/%s/OCP/source=%s/year=%d/month=%02d/day=%02d/%s/%s",
                org,
                id.toLowerCase(Locale.ROOT),
                date.getYear(),
                date.getMonthValue(),
                date.getDayOfMonth(),
                report.longSegment(),
                file.getFileName());
    }

    /** Why a file cannot be read, without the names of classes that Parquet's own messages have. */
    private static String reason(Path file, Exception failure) {
        final byte[] magic = "PAR1".getBytes(StandardCharsets.US_ASCII);
        try (InputStream bytes = Files.newInputStream(file)) {
            if (!Arrays.equals(bytes.readNBytes(magic.length), magic)) {
                return "it does not begin with PAR1.";
            }
        } catch (IOException e) {
            return e.getMessage() + ".";
        }
        final String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return message.replaceAll("\\S*LocalInputFile@\\w+", file.toString()) + ".";
    }

    /** The type that a file's columns are those of. */
    private static ReportType typeOf(Path file) {
        final Set<String> columns;
        try (ParquetFileReader reader = ParquetFileReader.open(
                new LocalInputFile(file),
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
            columns = reader.getFileMetaData().getSchema().getFields().stream()
                    .map(Type::getName)
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "Cannot read the file as Parquet: " + reason(file, e)
                            + " To upload it anyway, name its type with --type.",
                    e);
        }
        final Map<String, ReportType> telling = Map.of(
                Columns.CLAIM, ReportType.STORAGE_USAGE,
                Columns.USAGE_CPU, ReportType.POD_USAGE,
                Columns.NODE_LABELS, ReportType.NODE_LABELS,
                Columns.NAMESPACE_LABELS, ReportType.NAMESPACE_LABELS);
        final List<ReportType> types = telling.entrySet().stream()
                .filter(entry -> columns.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (types.isEmpty()) {
            throw new OtherTypeException();
        }
        if (types.size() > 1) {
            throw new IllegalArgumentException(NO_TYPE);
        }
        return types.get(0);
    }
}
