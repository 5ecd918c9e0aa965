package org.usagestreams.connectors.sink;

/** Names in SQL. */
final class Identifiers {
    /** PostgreSQL's limit of bytes; longer names would be cut off, and could name something else. */
    private static final int LONGEST = 63;

    private Identifiers() {}

    /**
     * Quotes a name, so that it is one whatever is in it.
     *
     * @throws IllegalArgumentException where PostgreSQL takes no such name
     */
    static String quoted(String name) {
        if (name.isEmpty()
                || name.indexOf('\0') >= 0
                || name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST) {
            throw new IllegalArgumentException("\"" + name + "\" is no name that PostgreSQL takes");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
