package org.usagestreams.splitter;

import java.io.IOException;
import java.util.Optional;
import org.usagestreams.store.StoreException;

/** Interprets the exceptions that Parquet throws while a file is read. */
final class ReadFailures {
    private ReadFailures() {}

    /** Throws what the store threw, where that is the cause. */
    static void throwOfTheStore(Throwable e) throws StoreException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreException store) {
                throw store;
            }
        }
    }

    /** Throws what ended the work, where that is the cause. */
    static void throwOfThePace(Throwable e) throws IOException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ObjectBudget.EndedException ended) {
                throw (IOException) ended.getCause();
            }
        }
    }

    /** What was thrown where the object was found to cost too much. */
    static Optional<ObjectBudget.OverBudgetException> overBudget(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ObjectBudget.OverBudgetException over) {
                return Optional.of(over);
            }
        }
        return Optional.empty();
    }

    /** Why the bytes cannot be read, in words about the file. */
    static String why(Throwable e) {
        if (e instanceof StackOverflowError) {
            return "it nests too deeply";
        }
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        // Thrift, which headers are written with, speaks of sockets. Its classes are relocated in Parquet's.
        final String type = root.getClass().getName();
        if (type.endsWith(".thrift.transport.TTransportException")) {
            return "its bytes end within a header";
        }
        final String message = root.getMessage();
        if (type.contains(".thrift.")) {
            return "a header is damaged" + (message == null ? "" : " (" + message + ")");
        }
        if (root instanceof IndexOutOfBoundsException
                || root instanceof NullPointerException
                || root instanceof NegativeArraySizeException
                || root instanceof ArithmeticException
                || root instanceof ClassCastException
                || message == null
                || message.isBlank()) {
            return "its bytes contradict each other (" + root.getClass().getSimpleName()
                    + (message == null ? "" : ": " + message) + ")";
        }
        return message;
    }
}
