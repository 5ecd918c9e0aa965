package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;

/** Does work of the sink in one transaction of PostgreSQL. */
final class LoadTransaction {
    private LoadTransaction() {}

    /** What is done within a transaction. */
    interface Work {
        void run() throws SQLException, PositionTable.NotOwnerException;
    }

    /**
     * Runs this and commits. What it throws ends the transaction without effect.
     *
     * @throws SQLException if nothing was done, or if that is not known because the connection is gone
     */
    static void run(Connection connection, Work work) throws SQLException, PositionTable.NotOwnerException {
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            work.run();
            connection.commit();
            done = true;
        } finally {
            if (!done) {
                rollback(connection);
            }
        }
        connection.setAutoCommit(true);
    }

    /** What fails here is told by what failed before. */
    private static void rollback(Connection connection) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // The connection is gone, and with it the transaction.
        }
    }
}
