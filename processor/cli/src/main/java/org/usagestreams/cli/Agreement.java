package org.usagestreams.cli;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.usagestreams.commandline.Progress;

/** Whether somebody agrees to what a command would remove: beforehand by an option, or when asked on the terminal. */
final class Agreement {
    private final boolean given;
    private final Optional<UnaryOperator<String>> terminal;

    /**
     * An agreement.
     *
     * @param given whether it was given beforehand
     * @param terminal takes a question and gives the answer, null at the end of the input; empty where there is none
     */
    Agreement(boolean given, Optional<UnaryOperator<String>> terminal) {
        this.given = given;
        this.terminal = terminal;
    }

    /** On the terminal of this process. */
    static Agreement ofProcess(boolean given) {
        return new Agreement(
                given,
                Progress.INTERACTIVE
                        ? Optional.of(question -> System.console().readLine("%s", question))
                        : Optional.empty());
    }

    /**
     * Whether something may go from so many records. Only {@code y} and {@code yes} agree.
     *
     * @throws IllegalStateException where nobody can be asked
     */
    boolean isGiven(int removals) {
        if (given) {
            return true;
        }
        final String answer = terminal.orElseThrow(() -> new IllegalStateException("Cannot remove from " + removals
                        + " records: this is no terminal, so nobody can agree. Nothing was changed. Agree by --yes."))
                .apply("Remove this from " + removals + " records? [y/N] ");
        return answer != null
                && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
    }
}
