package org.usagestreams.commandline;

import java.util.function.Supplier;

/**
 * Says on standard error what remains to be done, and how to go on, if Ctrl-C or SIGTERM ends the process before this is closed.
 * Thread-safe.
 */
public final class Interruption implements AutoCloseable {
    private final Thread hook;

    private Interruption(Thread hook) {
        this.hook = hook;
    }

    /** @param text called when the process is told to end; returns at once */
    public static Interruption says(Supplier<String> text) {
        final Thread hook = new Thread(() -> System.err.println(System.lineSeparator() + text.get()), "interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        return new Interruption(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already, and has said it.
            return;
        }
    }
}
