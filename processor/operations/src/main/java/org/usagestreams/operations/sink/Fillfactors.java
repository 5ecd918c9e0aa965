package org.usagestreams.operations.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.settings.Settings;

/**
 * The fillfactors of the summary's tables and their partitions. A page that is not filled at first has room for new versions of its
 * rows, so that an update changes no index (heap-only). Not thread-safe.
 */
public final class Fillfactors {
    private final Connection connection;
    private final Settings settings;

    /** Those of the tables that these settings name. */
    public Fillfactors(Connection connection, Settings settings) {
        this.connection = connection;
        this.settings = settings;
    }

    /**
     * A table or a partition that holds rows.
     *
     * @param name with its schema, as SQL takes it
     * @param fillfactor in percent; 100 where none is set
     * @param bytes of its rows, without indexes
     * @param updates since PostgreSQL's statistics were reset
     * @param heapOnly those of them that changed no index
     * @param isOurs whether the role may change it
     */
    public record Part(String name, int fillfactor, long bytes, long updates, long heapOnly, boolean isOurs) {}

    /**
     * All of them, by name.
     *
     * @throws SQLException where PostgreSQL does not tell
     */
    public List<Part> list() throws SQLException {
        final List<Part> parts = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT format('%I.%I', m.nspname, c.relname),"
                + " coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions)"
                + " WHERE option_name = 'fillfactor'), 100), pg_relation_size(c.oid), coalesce(s.n_tup_upd, 0),"
                + " coalesce(s.n_tup_hot_upd, 0), pg_has_role(c.relowner, 'USAGE')"
                + " FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace"
                + " JOIN pg_class c ON c.oid = t.oid OR c.oid IN (SELECT relid FROM pg_partition_tree(t.oid))"
                + " JOIN pg_namespace m ON m.oid = c.relnamespace LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid"
                + " WHERE t.relname = ? AND n.nspname LIKE ? AND t.relkind IN ('r', 'p') AND NOT t.relispartition"
                + " AND c.relkind = 'r' ORDER BY 1")) {
            select.setString(1, settings.text("postgres.table"));
            select.setString(2, new SummaryTable(settings).schemaPattern());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    parts.add(new Part(
                            rows.getString(1),
                            rows.getInt(2),
                            rows.getLong(3),
                            rows.getLong(4),
                            rows.getLong(5),
                            rows.getBoolean(6)));
                }
            }
        }
        return parts;
    }

    /**
     * Sets the fillfactor of those that have another. Pages that are written from then on leave the room.
     *
     * @return what PostgreSQL said of those that it refused, by name
     */
    public Map<String, String> set(int percent) throws SQLException {
        final Map<String, String> refused = new TreeMap<>();
        for (final Part part : list()) {
            if (part.fillfactor() == percent) {
                continue;
            }
            try (Statement alter = connection.createStatement()) {
                alter.execute("ALTER TABLE " + part.name() + " SET (fillfactor = " + percent + ")");
            } catch (SQLException e) {
                refused.put(part.name(), e.getMessage());
            }
        }
        return refused;
    }
}
