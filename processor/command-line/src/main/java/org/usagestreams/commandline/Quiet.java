package org.usagestreams.commandline;

import java.io.PrintWriter;
import java.io.Writer;

/** Whether the command of this process was called with {@code --quiet}. */
public final class Quiet {
    private static volatile boolean set;

    private Quiet() {}

    static void set(boolean quiet) {
        set = quiet;
    }

    static boolean isSet() {
        return set;
    }

    /** The writer for a command's messages about its work: it discards them with {@code --quiet}. Lists and errors are always printed. */
    public static PrintWriter unless(PrintWriter out) {
        return set ? new PrintWriter(Writer.nullWriter()) : out;
    }
}
