package org.usagestreams.ledger;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The ledger as a comparison with the bucket, and a replay from the bucket, read it. */
public interface LedgerView {
    /**
     * The number of objects whose newest version is not removed.
     *
     * @param prefix only keys that begin so
     * @throws SQLException where the ledger cannot be read
     */
    long countObjects(String bucket, String prefix) throws SQLException;

    /**
     * The newest version of each of these objects, by key; objects that the ledger does not know are left out.
     *
     * @throws SQLException where the ledger cannot be read
     */
    Map<String, LedgerRow> newest(String bucket, Collection<String> keys) throws SQLException;

    /**
     * The newest version of each object, in the order of keys as a bucket lists them.
     *
     * @param prefix only keys that begin so
     * @param after keys up to this one are left out
     * @param limit most rows
     * @throws SQLException where the ledger cannot be read
     */
    List<LedgerRow> newest(String bucket, String prefix, String after, int limit) throws SQLException;

    /**
     * The usage dates of the versions of these objects that count, or come to count, by key; objects without any are left out.
     *
     * @throws SQLException where the ledger cannot be read
     */
    Map<String, Set<LocalDate>> dates(String bucket, Collection<String> keys) throws SQLException;

    /**
     * Those of these objects of which a version has usage on one of these dates.
     *
     * @param from first date
     * @param to last date
     * @throws SQLException where the ledger cannot be read
     */
    Set<String> holding(String bucket, Collection<String> keys, LocalDate from, LocalDate to) throws SQLException;
}
