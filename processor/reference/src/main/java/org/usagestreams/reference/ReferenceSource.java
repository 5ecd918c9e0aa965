package org.usagestreams.reference;

import java.sql.SQLException;
import java.util.List;

/** Reads the reference data of all organisations from cost management. Used by one thread. */
public interface ReferenceSource extends AutoCloseable {
    /**
     * An organisation in cost management.
     *
     * @param name as object keys name it
     * @param schema of its tables
     */
    record Organisation(String name, String schema) {
        /** The organisation of a schema. Object keys name an old one, {@code acct10001}, by its number alone. */
        public static Organisation of(String schema) {
            return new Organisation(schema.startsWith("acct") ? schema.substring(4) : schema, schema);
        }
    }

    /** Opens a source. */
    interface Opener {
        /** A source that the caller closes. */
        ReferenceSource open() throws SQLException;
    }

    /** All organisations, by schema. */
    List<Organisation> organisations() throws SQLException;

    /**
     * All reference data of one organisation, as it stands at one moment. Every kind is present.
     *
     * @throws SQLException where not all of it can be read
     */
    ReferenceSet read(Organisation organisation) throws SQLException;

    /** Whether the source still answers. */
    boolean isReachable();

    @Override
    void close() throws SQLException;
}
