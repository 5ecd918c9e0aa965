package org.usagestreams.commandline;

/** What the launcher has found out about the terminal of this process: asking for it from here starts another process. */
public final class Terminal {
    private static final int LEAST_COLUMNS = 55;
    private static final int USUAL_COLUMNS = 80;

    private Terminal() {}

    /** Columns of the terminal that standard output goes to; 0 where it goes to a file or another program. */
    public static int columns() {
        return Math.max(0, Integer.getInteger("usage.columns", 0));
    }

    /** Columns for texts that wrap. */
    static int columnsOfHelp() {
        return columns() == 0 ? USUAL_COLUMNS : Math.max(LEAST_COLUMNS, columns());
    }

    /** Whether standard error goes to a terminal. */
    @SuppressWarnings("SystemConsoleNull") // Later JDKs are started with jdk.console=java.base, which keeps it so.
    static boolean showsErrors() {
        final String told = System.getProperty("usage.terminal");
        return told == null ? System.console() != null : Boolean.parseBoolean(told);
    }
}
