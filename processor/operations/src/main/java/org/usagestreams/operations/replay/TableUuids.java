package org.usagestreams.operations.replay;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.settings.Settings;
import org.usagestreams.wire.chunk.DayKey;

/** Finds the UUIDs of our rows of a day in the table. */
public final class TableUuids {
    /** Rows that one order names. */
    private static final int ROWS = 20_000;

    private static final int BYTES = 16;

    private TableUuids() {}

    /**
     * Their uuids, 16 bytes each, big-endian, in parts as an order can hold them; one part that is empty where there is none, or
     * no table.
     */
    public static List<ByteString> of(Connection postgres, Settings settings, DayKey day) throws SQLException {
        final SummaryTable table = new SummaryTable(settings);
        if (!table.exists(postgres, day.organisation())) {
            return List.of(ByteString.EMPTY);
        }
        final List<ByteString> parts = new ArrayList<>();
        try (PreparedStatement select = postgres.prepareStatement("SELECT uuid FROM " + table.name(day.organisation())
                + " WHERE source_uuid = ?::uuid AND usage_start = ? AND " + SummaryTable.OURS)) {
            select.setString(1, day.source());
            select.setObject(2, day.date());
            try (ResultSet rows = select.executeQuery()) {
                ByteBuffer part = ByteBuffer.allocate(ROWS * BYTES);
                while (rows.next()) {
                    final UUID uuid = rows.getObject(1, UUID.class);
                    part.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
                    if (!part.hasRemaining()) {
                        parts.add(ByteString.copyFrom(part.flip()));
                        part = ByteBuffer.allocate(ROWS * BYTES);
                    }
                }
                parts.add(ByteString.copyFrom(part.flip()));
            }
        }
        return parts;
    }
}
