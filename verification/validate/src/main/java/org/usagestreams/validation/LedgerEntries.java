package org.usagestreams.validation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.settings.Settings;

/** The ledger's entries about the versions of a bucket's objects. */
final class LedgerEntries {
    /** Steps at which an object is refused for what it is. */
    private static final Set<String> REFUSED = Set.of("SPLIT", "RETENTION");

    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Set<String>> sources = new HashMap<>();
    private final Set<String> prefixes = new TreeSet<>();

    /**
     * A version of an object.
     *
     * @param uploaded more precise than a store's whole seconds; null if it is not known
     * @param refusal why the splitter refused it; null if it did not
     * @param dates usage dates of its line items; null if it was not split
     */
    record Entry(Instant uploaded, String refusal, Set<LocalDate> dates) {
        /** Whether it was read as a whole. */
        boolean isSplit() {
            return dates != null && refusal == null;
        }

        /** Whether it is known to hold nothing of these dates; null is no bound. */
        boolean isOutside(LocalDate from, LocalDate to) {
            return isSplit()
                    && dates.stream()
                            .allMatch(
                                    date -> (from != null && date.isBefore(from)) || (to != null && date.isAfter(to)));
        }
    }

    /**
     * Reads the entries of the settings' bucket.
     *
     * @param source that of reports; null for all
     */
    static LedgerEntries read(Connection connection, Settings settings, String source) throws SQLException {
        final LedgerEntries read = new LedgerEntries();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT DISTINCT ON (object_key, etag) object_key, etag, max(uploaded_at) OVER (PARTITION BY object_key, etag),"
                        + " CASE WHEN state = 'FAILED' THEN failed_step END, reason, organisation, source_uuid::text,"
                        + " (SELECT string_agg(date, ',') FROM jsonb_array_elements_text(usage_dates) d(date)),"
                        + " usage_dates IS NOT NULL FROM "
                        + PostgresSettings.quoted(settings.text("postgres.status.schema"))
                        + ".upload_ledger WHERE bucket = ?"
                        + (source == null ? "" : " AND (source_uuid = ?::uuid OR source_uuid IS NULL)")
                        + " ORDER BY object_key, etag, event_at DESC NULLS LAST, revision DESC")) {
            select.setString(1, settings.text("store.bucket"));
            if (source != null) {
                select.setString(2, source);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    read.add(rows);
                }
            }
        }
        return read;
    }

    private void add(ResultSet row) throws SQLException {
        final Timestamp uploaded = row.getTimestamp(3);
        final String step = row.getString(4);
        final String reason = row.getString(5);
        final String dates = row.getString(8);
        final Set<LocalDate> usageDates = new TreeSet<>();
        if (dates != null) {
            Arrays.stream(dates.split(",")).map(LocalDate::parse).forEach(usageDates::add);
        }
        entries.put(
                key(row.getString(1), row.getString(2)),
                new Entry(
                        uploaded == null ? null : uploaded.toInstant(),
                        step == null || !REFUSED.contains(step) ? null : String.valueOf(reason),
                        row.getBoolean(9) ? usageDates : null));
        prefixes.add(ExpectedSummary.prefixOf(row.getString(1)));
        if (row.getString(6) != null && row.getString(7) != null) {
            sources.computeIfAbsent(row.getString(6), organisation -> new HashSet<>())
                    .add(row.getString(7));
        }
    }

    /** The entry of a version; null if there is none. */
    Entry of(String objectKey, String etag) {
        return entries.get(key(objectKey, etag));
    }

    /** Sources of which an organisation has uploaded something. */
    Set<String> sourcesOf(String organisation) {
        return sources.getOrDefault(organisation, Set.of());
    }

    /** Organisations that have uploaded something. */
    Set<String> organisations() {
        return sources.keySet();
    }

    /** What the keys of these entries begin with, up to the segment that names their source. */
    Set<String> prefixes() {
        return prefixes;
    }

    private static String key(String objectKey, String etag) {
        return objectKey + "\n" + etag;
    }
}
