package org.usagestreams.validation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.usagestreams.commandline.Folders;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.StoreSettings;

/** Compares the rows in PostgreSQL with those that follow from the bucket's objects. */
public final class Validation {
    private final Settings settings;
    private final Path parent;
    private final String memory;
    private final int threads;

    /**
     * Validates a system of these settings.
     *
     * @param parent where a folder is made for copies of the objects, and removed at the end
     * @param memory how much DuckDB may take, such as 1GB
     */
    public Validation(Settings settings, Path parent, String memory) {
        this(settings, parent, memory, 0);
    }

    /**
     * The same on a bounded number of threads.
     *
     * @param threads of DuckDB; 0 for as many as the machine has processors
     */
    public Validation(Settings settings, Path parent, String memory, int threads) {
        this.settings = settings;
        this.parent = parent;
        this.memory = memory;
        this.threads = threads;
    }

    /**
     * What is compared.
     *
     * @param source one source's UUID in lower case; null for all
     * @param organisation one organisation; null for all
     * @param from first usage date; null for all
     * @param to last usage date; null for all
     * @param most how many differences are told one by one
     */
    public record Scope(String source, String organisation, LocalDate from, LocalDate to, int most) {
        /** Of all organisations. */
        public Scope(String source, LocalDate from, LocalDate to, int most) {
            this(source, null, from, to, most);
        }

        /** Whether a report's key is one of these. */
        boolean takes(String key) {
            return (source == null
                            || ExpectedSummary.sourceOf(key)
                                    .filter(source::equals)
                                    .isPresent())
                    && (organisation == null
                            || ExpectedSummary.organisationOf(key).equals(organisation));
        }

        /** A condition on the columns source_uuid and usage_start, for PostgreSQL and DuckDB. */
        String condition() {
            return "true"
                    + (source == null ? "" : " AND source_uuid = " + Sql.text(source))
                    + (from == null ? "" : " AND usage_start >= DATE " + Sql.text(from.toString()))
                    + (to == null ? "" : " AND usage_start <= DATE " + Sql.text(to.toString()));
        }
    }

    /**
     * What is not compared, and why.
     *
     * @param name an object's key, or an organisation
     */
    public record Apart(String name, String reason) {}

    /**
     * A day that is not compared.
     *
     * @param source its UUID in lower case
     */
    public record Day(String organisation, String source, LocalDate date) {}

    /** The possible results. */
    public enum Answer {
        SAME,
        DIFFERENT,
        /** Nothing differs, but not all could be compared. */
        UNKNOWN
    }

    /**
     * The result.
     *
     * @param objects how many the bucket has of what was asked for
     * @param refused objects that the splitter refused
     * @param unreadable objects that are no reports that can be read, and count for nothing
     * @param unclear objects that could not be read though they may have been counted: their days are not compared
     * @param leftOut these days
     * @param unread organisations whose table cannot be read: none of their days is compared
     * @param differences the first ones, a line each
     * @param doubled rows of cost management's own summary for the same usage
     */
    public record Outcome(
            int objects,
            List<Apart> refused,
            List<Apart> unreadable,
            List<Apart> unclear,
            List<Day> leftOut,
            List<Apart> unread,
            long expected,
            long found,
            long differing,
            List<String> differences,
            long doubled) {
        /** What that amounts to. */
        public Answer answer() {
            if (differing > 0) {
                return Answer.DIFFERENT;
            }
            return unclear.isEmpty() && unread.isEmpty() ? Answer.SAME : Answer.UNKNOWN;
        }
    }

    /** Reads the bucket, derives the summary by DuckDB, and compares every row and column. */
    public Outcome run(Scope scope) throws Exception {
        return run(scope, false);
    }

    /**
     * The same for a day. Of the bucket, only what begins as known keys of the source do is listed.
     *
     * @param source its UUID in lower case
     */
    public Outcome run(String organisation, String source, LocalDate date, int most) throws Exception {
        return run(new Scope(source, organisation, date, date, most), true);
    }

    private Outcome run(Scope scope, boolean known) throws Exception {
        final Path directory = Files.createTempDirectory(Files.createDirectories(parent), "validate-");
        try (Connection postgres = PostgresSettings.connect(settings);
                ExpectedSummary summary = new ExpectedSummary(memory, threads, directory)) {
            final LedgerEntries ledger = LedgerEntries.read(postgres, settings, scope.source());
            final BucketReports reports =
                    new BucketReports(StoreSettings.client(settings), settings.text("store.bucket"));
            summary.add(TopicReference.read(settings));
            final ReportSelection selection = new ReportSelection(
                    reports, ledger, summary, known ? ReportSelection::silence : ReportSelection::bar);
            selection.read(
                    scope, known ? ledger.prefixes() : Set.of(""), StoreSettings.filter(settings)::takes, directory);
            final Path table = directory.resolve("table.csv");
            final TableExport export = new TableExport(postgres, settings);
            final TableExport.Exported exported = export.isOfOrganisation()
                    ? export.writeOfOrganisations(table, scope, organisations(ledger, summary))
                    : export.writeShared(table, scope, sources(scope, ledger, summary));
            for (final Apart organisation : exported.unread()) {
                summary.leaveOut(organisation.name());
            }
            final Comparison comparison = new Comparison(summary, export.isOfOrganisation());
            final Comparison.Result result = comparison.compare(table, scope);
            return new Outcome(
                    selection.objects(),
                    selection.refused(),
                    selection.unreadable(),
                    selection.unclear(),
                    summary.daysLeftOut(scope),
                    exported.unread(),
                    result.expected(),
                    result.found(),
                    result.differing(),
                    result.differences(),
                    exported.doubled());
        } finally {
            Folders.delete(directory);
        }
    }

    private static Set<String> organisations(LedgerEntries ledger, ExpectedSummary summary) throws SQLException {
        final Set<String> organisations = new HashSet<>(ledger.organisations());
        organisations.addAll(summary.organisations());
        return organisations;
    }

    /** One table for all does not say whose a row is: an organisation's are those of its sources. */
    private static Set<String> sources(Scope scope, LedgerEntries ledger, ExpectedSummary summary) throws SQLException {
        if (scope.organisation() == null) {
            return null;
        }
        final Set<String> sources = new HashSet<>(ledger.sourcesOf(scope.organisation()));
        sources.addAll(summary.sources());
        return sources;
    }
}
