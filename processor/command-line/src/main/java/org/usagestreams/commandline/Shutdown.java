package org.usagestreams.commandline;

/** Ends a service on SIGTERM or Ctrl-C. */
public final class Shutdown {
    private Shutdown() {}

    /** Runs the action when the process is told to end, and lets it finish first. */
    public static void onSignal(Runnable action) {
        Runtime.getRuntime().addShutdownHook(new Thread(action, "shutdown"));
    }
}
