package org.usagestreams.simulation.pipeline;

import java.util.List;
import org.usagestreams.simulation.Shrinker;
import org.usagestreams.simulation.ViolationException;

/** Runs histories of the pipeline by their seeds. */
public final class PipelineHistories {
    private static final int SHRINK_ATTEMPTS = 300;

    private PipelineHistories() {}

    /**
     * Runs the history of a seed.
     *
     * @return simulated calls
     * @throws ViolationException if an invariant is broken; the message has the shortest history that was found to do so
     */
    public static long run(long seed) {
        final PipelineHistory history = PipelineHistory.draw(seed);
        try (PipelineRun run = new PipelineRun(history)) {
            return run.run();
        } catch (RuntimeException e) {
            throw shrunk(history, e);
        }
    }

    /** What two runs of a seed have in common exactly if they did the same. */
    public static long trace(long seed) {
        try (PipelineRun run = new PipelineRun(PipelineHistory.draw(seed))) {
            run.run();
            return run.trace();
        }
    }

    private static ViolationException shrunk(PipelineHistory history, RuntimeException first) {
        final List<Operation> fewer =
                Shrinker.shrink(history.operations(), some -> failure(history.with(some)), SHRINK_ATTEMPTS);
        final PipelineHistory shortest = history.with(fewer);
        final String message = failure(shortest);
        final ViolationException violation =
                new ViolationException((message == null ? first.toString() : message) + "\n" + shortest);
        violation.initCause(first);
        return violation;
    }

    private static String failure(PipelineHistory history) {
        try (PipelineRun run = new PipelineRun(history)) {
            run.run();
            return null;
        } catch (RuntimeException e) {
            return e instanceof ViolationException ? e.getMessage() : e.toString();
        }
    }
}
