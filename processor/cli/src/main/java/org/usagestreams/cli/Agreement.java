package org.usagestreams.cli;

import java.util.Optional;
import java.util.function.UnaryOperator;

/** The confirmation of removals: given by an option, or asked for on the terminal. */
final class Agreement {
    private final boolean given;
    private final Optional<UnaryOperator<String>> terminal;

    /**
     * A confirmation.
     *
     * @param given whether it was given by an option
     * @param terminal takes a question and returns the answer, null at the end of the input; empty if there is no terminal
     */
    Agreement(boolean given, Optional<UnaryOperator<String>> terminal) {
        this.given = given;
        this.terminal = terminal;
    }

    /** On the terminal of this process. */
    @SuppressWarnings("SystemConsoleNull") // Later JDKs are started with jdk.console=java.base, which keeps it so.
    static Agreement ofProcess(boolean given) {
        return new Agreement(
                given,
                System.console() != null
                        ? Optional.of(question -> System.console().readLine("%s", question))
                        : Optional.empty());
    }

    /**
     * Whether it is confirmed to remove something from this number of records. Only {@code y} and {@code yes} confirm.
     *
     * @throws IllegalStateException if there is no terminal to ask
     */
    boolean isGiven(int removals) {
        if (given) {
            return true;
        }
        final String answer = terminal.orElseThrow(() -> new IllegalStateException("Cannot remove from " + removals
                        + " records: there is no terminal to ask for confirmation. Nothing was"
                        + " changed. Confirm with --yes."))
                .apply("Remove this from " + removals + " records? [y/N] ");
        return answer != null
                && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
    }
}
