package org.usagestreams.summarizer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.wire.chunk.DayKey;

/**
 * Bounds what the tasks of a stream thread do in punctuations within one transaction. With {@code exactly_once_v2} all
 * tasks of a thread share a transaction, and the thread punctuates each of them before it commits: a bound for each task
 * alone would grow with their number.
 *
 * <p>Work is done in units, as long as the budget lasts, but at least one per transaction. Once the budget is used up, a commit is
 * requested, and nothing is taken on until the thread has had the opportunity to commit. It commits after each round of punctuations, and a
 * round is over once a user comes for the second time since the request. Users that had to stop take turns, in the order in which they
 * stopped.
 *
 * <p>Of all tasks of a thread, one at a time holds a day that is unfinished: what was read of it stays in memory.
 *
 * <p>Not thread-safe: each stream thread has its own.
 */
final class TransactionBudget {
    private final Time time;
    private final long budgetNanos;
    private final Consumer<Transaction> committed;
    private final Set<Share> shares = new HashSet<>();
    private final Set<Share> sinceRequest = new HashSet<>();
    private final Queue<Share> waiting = new ArrayDeque<>();
    private Share holder;
    private Transaction transaction = new Transaction();
    private long spentNanos;
    private boolean commitRequested;

    /** The work of one transaction. */
    static final class Transaction {
        private final List<DayKey> days = new ArrayList<>();
        private int units;
        private int most = Integer.MAX_VALUE;

        /** Days that were begun in it. */
        List<DayKey> days() {
            return days;
        }
    }

    /**
     * A budget.
     *
     * @param committed hears of each transaction that the thread has had the opportunity to commit
     */
    TransactionBudget(Time time, Duration budget, Consumer<Transaction> committed) {
        this.time = time;
        this.budgetNanos = budget.toNanos();
        this.committed = committed;
    }

    /**
     * Adds a user.
     *
     * @param commit requests a commit of the user's task
     */
    Share join(Runnable commit) {
        final Share share = new Share(commit);
        shares.add(share);
        return share;
    }

    /** The part that one user has in the budget. */
    final class Share {
        private final Runnable commit;
        private long startNanos;

        private Share(Runnable commit) {
            this.commit = commit;
        }

        /**
         * Begins the user's work in a punctuation; at most once in each.
         *
         * @return whether it may work now; where it may not, others come first, or the budget is used up
         */
        boolean begin() {
            if (commitRequested && !sinceRequest.add(this)) {
                committed.accept(transaction);
                restart();
            }
            if (commitRequested || (!waiting.isEmpty() && waiting.peek() != this)) {
                await();
                return false;
            }
            waiting.remove(this);
            startNanos = time.nanoseconds();
            return true;
        }

        /** Whether the budget lasts. */
        boolean lasts() {
            return spentNanos + time.nanoseconds() - startNanos < budgetNanos;
        }

        /**
         * Takes on a unit of work. Where that is not possible, a commit is requested, and the user gets its turn later.
         *
         * @param most how many units its transaction may hold
         */
        boolean take(int most) {
            if (transaction.units > 0 && (!lasts() || transaction.units >= Math.min(most, transaction.most))) {
                await();
                requestCommit();
                return false;
            }
            transaction.units++;
            transaction.most = Math.min(most, transaction.most);
            return true;
        }

        /** Takes on a day. */
        boolean take(DayKey day, int most) {
            final boolean taken = take(most);
            if (taken) {
                transaction.days.add(day);
            }
            return taken;
        }

        Transaction transaction() {
            return transaction;
        }

        /** Whether nobody holds an unfinished day. */
        boolean mayHold() {
            return holder == null;
        }

        /** Holds an unfinished day from now on. */
        void hold() {
            holder = this;
        }

        /** Holds none any more. */
        void release() {
            if (holder == this) {
                holder = null;
            }
        }

        /** Ends the user's work in a punctuation. */
        void end() {
            spentNanos += time.nanoseconds() - startNanos;
            if (spentNanos >= budgetNanos) {
                requestCommit();
            }
        }

        /** The user has nothing to do. */
        void idle() {
            waiting.remove(this);
        }

        /** The user does not come again. */
        void leave() {
            release();
            waiting.remove(this);
            shares.remove(this);
            if (shares.isEmpty()) {
                restart();
            }
        }

        private void await() {
            if (!waiting.contains(this)) {
                waiting.add(this);
            }
        }

        private void requestCommit() {
            if (!commitRequested) {
                commitRequested = true;
                sinceRequest.clear();
                sinceRequest.add(this);
                commit.run();
            }
        }
    }

    private void restart() {
        transaction = new Transaction();
        spentNanos = 0;
        commitRequested = false;
    }
}
