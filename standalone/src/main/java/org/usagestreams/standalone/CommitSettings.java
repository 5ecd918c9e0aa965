package org.usagestreams.standalone;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How a PostgreSQL server commits, as {@code SHOW} tells a session. What a figure or a crash means depends on it.
 *
 * @param values values by the settings' names, in the order of {@link #NAMES}
 */
public record CommitSettings(Map<String, String> values) {
    /** Settings that decide what survives a crash, and what a commit costs. */
    public static final List<String> NAMES = List.of(
            "server_version",
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "wal_sync_method",
            "wal_level",
            "commit_delay",
            "shared_buffers",
            "max_wal_size");

    /** Reads the settings of a session. */
    public static CommitSettings read(Connection connection) throws SQLException {
        final Map<String, String> values = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement()) {
            for (final String name : NAMES) {
                try (ResultSet value = statement.executeQuery("SHOW " + name)) {
                    value.next();
                    values.put(name, value.getString(1));
                }
            }
        }
        return new CommitSettings(values);
    }

    /** Whether a commit that was acknowledged survives a crash of the server and of its machine. */
    public boolean isDurable() {
        return List.of("fsync", "synchronous_commit", "full_page_writes").stream()
                .allMatch(name -> "on".equals(values.get(name)));
    }

    /** One line for reports. */
    public String describe() {
        return values.entrySet().stream()
                .map(value -> "`" + value.getKey() + "=" + value.getValue() + "`")
                .collect(Collectors.joining(", "));
    }
}
