package org.usagestreams.rules;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** Sums up portions, one after the other, to see that each fits in memory. One that does not is divided again. */
final class Measuring implements Steps {
    private final Portions all;
    private final Deque<Portion> waiting;
    private final List<Portion> measured;
    private final Function<Portion, Steps> measurement;
    private Portion portion;
    private boolean dividing;
    private Steps steps = NONE;

    /**
     * Measures portions.
     *
     * @param all divides portions
     * @param divided those to be measured
     * @param measured takes those that fit, in their order
     * @param measurement sums up a portion; nothing is to be kept of one that is too much
     */
    Measuring(Portions all, List<Portion> divided, List<Portion> measured, Function<Portion, Steps> measurement) {
        this.all = all;
        waiting = new ArrayDeque<>(divided);
        this.measured = measured;
        this.measurement = measurement;
    }

    @Override
    public boolean hasNext() {
        return portion != null || !waiting.isEmpty();
    }

    @Override
    public void next() {
        if (portion == null) {
            portion = waiting.pop();
            steps = measurement.apply(portion);
        }
        try {
            if (steps.hasNext()) {
                steps.next();
            }
            if (!steps.hasNext()) {
                end();
            }
        } catch (DayOverBudgetException e) {
            if (dividing || !e.isOfMemory()) {
                throw e;
            }
            // What was summed up of it is let go of.
            steps = all.dividing(portion, e, this::measureFirst);
            dividing = true;
        }
    }

    private void end() {
        if (!dividing) {
            measured.add(portion);
        }
        dividing = false;
        portion = null;
        steps = NONE;
    }

    private void measureFirst(List<Portion> further) {
        Collections.reverse(further);
        further.forEach(waiting::push);
    }
}
