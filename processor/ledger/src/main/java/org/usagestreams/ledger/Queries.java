package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Runs statements with values. */
final class Queries {
    private final Connection connection;

    Queries(Connection connection) {
        this.connection = connection;
    }

    /** A statement with its values, which the caller closes. */
    PreparedStatement prepare(String sql, List<Object> values) throws SQLException {
        final PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
        return statement;
    }

    /** The first column of each row. */
    List<String> texts(String sql, List<Object> values) throws SQLException {
        final List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
