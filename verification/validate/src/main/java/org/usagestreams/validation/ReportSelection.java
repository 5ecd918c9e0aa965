package org.usagestreams.validation;

import io.minio.errors.MinioException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.usagestreams.commandline.Progress;
import org.usagestreams.store.ObjectStore;

/** Brings the objects that a validation needs into the expected summary, and reports those that it leaves out. */
final class ReportSelection {
    private final BucketReports reports;
    private final LedgerEntries ledger;
    private final ExpectedSummary summary;
    private final List<Validation.Apart> refused = new ArrayList<>();
    private final List<Validation.Apart> unreadable = new ArrayList<>();
    private final List<Validation.Apart> unclear = new ArrayList<>();
    private final Reading reading;
    private int objects;

    ReportSelection(BucketReports reports, LedgerEntries ledger, ExpectedSummary summary, Reading reading) {
        this.reading = reading;
        this.reports = reports;
        this.ledger = ledger;
        this.summary = summary;
    }

    /**
     * Reads objects.
     *
     * @param prefixes of keys; the empty one for the whole bucket
     * @param filter further condition on keys
     * @param directory where they are copied to
     */
    void read(Validation.Scope scope, Collection<String> prefixes, Predicate<String> filter, Path directory)
            throws IOException, SQLException {
        final List<ObjectStore.Listed> wanted = new ArrayList<>();
        for (final String prefix : prefixes) {
            reports.list(prefix, filter.and(scope::takes)).stream()
                    .filter(object -> !isOutside(object, scope))
                    .forEach(wanted::add);
        }
        int number = 0;
        try (ReadProgress progress = reading.of(wanted.size())) {
            for (final ObjectStore.Listed object : wanted) {
                read(object.key(), directory.resolve(number++ + ".parquet"));
                progress.step();
            }
        }
    }

    /** Hears of each object that was read. */
    interface ReadProgress extends AutoCloseable {
        void step();

        @Override
        void close();
    }

    /** Begins with the number of objects. */
    interface Reading {
        ReadProgress of(int objects);
    }

    /** Shows a bar. */
    static ReadProgress bar(int objects) {
        final Progress progress = new Progress("read objects", objects);
        return new ReadProgress() {
            @Override
            public void step() {
                progress.step("");
            }

            @Override
            public void close() {
                progress.close();
            }
        };
    }

    /** Shows nothing. */
    static ReadProgress silence(int objects) {
        return new ReadProgress() {
            @Override
            public void step() {
                // Nobody looks.
            }

            @Override
            public void close() {
                // Nor is there anything to close.
            }
        };
    }

    private boolean isOutside(ObjectStore.Listed object, Validation.Scope scope) {
        final LedgerEntries.Entry entry = ledger.of(object.key(), object.etag());
        return entry != null && entry.isOutside(scope.from(), scope.to());
    }

    private void read(String key, Path file) throws SQLException {
        LedgerEntries.Entry entry = null;
        try {
            final ObjectStore.Stored stored = reports.current(key);
            if (stored == null) {
                return;
            }
            objects++;
            entry = ledger.of(key, stored.etag());
            if (entry != null && entry.refusal() != null) {
                refused.add(new Validation.Apart(key, entry.refusal()));
                return;
            }
            final ReportObject object = reports.fetch(stored, entry == null ? null : entry.uploaded(), file);
            final String why = summary.add(object).orElse(null);
            if (why == null) {
                return;
            }
            if (entry != null && entry.isSplit()) {
                leaveOut(key, why, entry.dates());
            } else {
                unreadable.add(new Validation.Apart(key, why));
            }
        } catch (MinioException | IOException e) {
            leaveOut(key, String.valueOf(e.getMessage()), entry == null ? Set.of() : entry.dates());
        }
    }

    /** What cannot be read here and was counted there: what its days should hold is not known. */
    private void leaveOut(String key, String why, Set<LocalDate> dates) throws SQLException {
        unclear.add(new Validation.Apart(key, why));
        if (dates != null) {
            summary.leaveOut(
                    ExpectedSummary.organisationOf(key),
                    ExpectedSummary.sourceOf(key).orElseThrow(),
                    dates);
        }
    }

    /** How many objects the bucket has of what was asked for. */
    int objects() {
        return objects;
    }

    /** Objects that the splitter refused. */
    List<Validation.Apart> refused() {
        return refused;
    }

    /** Objects that cannot be read, and were not counted. */
    List<Validation.Apart> unreadable() {
        return unreadable;
    }

    /** Objects that cannot be read, and may have been counted. */
    List<Validation.Apart> unclear() {
        return unclear;
    }
}
