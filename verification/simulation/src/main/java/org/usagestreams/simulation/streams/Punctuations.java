package org.usagestreams.simulation.streams;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.Punctuator;

/** A task's wall-clock punctuations, due as in Kafka Streams: one that is late is not made up for. */
final class Punctuations {
    private final List<Scheduled> scheduled = new ArrayList<>();
    private long sequence;

    private static final class Scheduled implements Cancellable {
        private final long interval;
        private final Punctuator punctuator;
        private final long sequence;
        private long due;
        private boolean cancelled;

        Scheduled(long due, long interval, Punctuator punctuator, long sequence) {
            this.due = due;
            this.interval = interval;
            this.punctuator = punctuator;
            this.sequence = sequence;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    /** Runs one punctuation. */
    interface Runner {
        void run(Punctuator punctuator, long now);
    }

    Cancellable schedule(long now, long interval, Punctuator punctuator) {
        final Scheduled one = new Scheduled(now + interval, interval, punctuator, sequence++);
        scheduled.add(one);
        return one;
    }

    /** Runs what is due; whether anything was. */
    boolean run(long now, Runner runner) {
        boolean any = false;
        while (true) {
            scheduled.removeIf(one -> one.cancelled);
            final Scheduled next = scheduled.stream()
                    .filter(one -> one.due <= now)
                    .min(Comparator.<Scheduled>comparingLong(one -> one.due).thenComparingLong(one -> one.sequence))
                    .orElse(null);
            if (next == null) {
                return any;
            }
            any = true;
            runner.run(next.punctuator, now);
            next.due += next.interval;
            if (next.due <= now) {
                next.due += (now - next.due) / next.interval * next.interval + next.interval;
            }
        }
    }

    /** When the next is due; {@link Long#MAX_VALUE} for never. */
    long next() {
        return scheduled.stream()
                .filter(one -> !one.cancelled)
                .mapToLong(one -> one.due)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
