package org.usagestreams.validation;

import io.minio.MinioClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.usagestreams.commandline.Folders;
import org.usagestreams.commandline.Progress;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.StoreSettings;

/** Checks what stands in PostgreSQL against what the bucket's objects lead to. */
public final class Validation {
    private final Settings settings;
    private final Path parent;
    private final String memory;

    /**
     * Validates a system of these settings.
     *
     * @param parent where a folder is made for copies of the objects, and removed at the end
     * @param memory how much DuckDB may take, such as 1GB
     */
    public Validation(Settings settings, Path parent, String memory) {
        this.settings = settings;
        this.parent = parent;
        this.memory = memory;
    }

    /**
     * What is compared.
     *
     * @param source one source's UUID in lower case; null for all
     * @param from first usage date; null for all
     * @param to last usage date; null for all
     * @param most how many differences are told one by one
     */
    public record Scope(String source, LocalDate from, LocalDate to, int most) {}

    /**
     * What came of it.
     *
     * @param objects how many were read
     * @param unreadable keys of objects that are no reports that can be read, and count for nothing
     * @param differences the first ones, a line each
     */
    public record Outcome(
            int objects,
            List<String> unreadable,
            long expected,
            long found,
            long differing,
            List<String> differences) {}

    /** Reads the bucket, derives the summary by DuckDB, and compares every row and column. */
    public Outcome run(Scope scope) throws Exception {
        final Path directory = Files.createTempDirectory(Files.createDirectories(parent), "validate-");
        try (Connection postgres = PostgresSettings.connect(settings);
                ExpectedSummary summary = new ExpectedSummary(memory, directory)) {
            final TableExport export = new TableExport(postgres, settings);
            final Map<String, Instant> times = export.uploadTimes();
            final MinioClient client = StoreSettings.client(settings);
            final BucketReports reports = new BucketReports(
                    client, settings.text("store.bucket"), (key, etag) -> times.get(TableExport.key(key, etag)));
            summary.add(TopicReference.read(settings));
            final int objects = fetch(reports, wanted(scope.source()), summary, directory);
            final Path table = directory.resolve("table.csv");
            export.write(table, scope.source(), scope.from(), scope.to());
            final Comparison.Result result =
                    new Comparison(summary).compare(table, scope.source(), scope.from(), scope.to(), scope.most());
            return new Outcome(
                    objects,
                    summary.unreadable(),
                    result.expected(),
                    result.found(),
                    result.differing(),
                    result.differences());
        } finally {
            Folders.delete(directory);
        }
    }

    private Predicate<String> wanted(String source) {
        return key -> StoreSettings.filter(settings).takes(key)
                && (source == null
                        || ExpectedSummary.sourceOf(key).filter(source::equals).isPresent());
    }

    private static int fetch(BucketReports reports, Predicate<String> wanted, ExpectedSummary summary, Path directory)
            throws Exception {
        final List<String> keys = reports.keys(wanted);
        int number = 0;
        int fetched = 0;
        try (Progress progress = new Progress("read objects", keys.size())) {
            for (final String key : keys) {
                final ReportObject object = reports.fetch(key, directory.resolve(number++ + ".parquet"));
                if (object != null) {
                    summary.add(object);
                    fetched++;
                }
                progress.step("");
            }
        }
        return fetched;
    }
}
