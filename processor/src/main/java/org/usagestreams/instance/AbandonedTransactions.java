package org.usagestreams.instance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the transactions of instances that are gone. An instance that was killed leaves its transaction open; until the broker
 * ends it, which takes as long as the longest transaction may, nothing behind it on its partitions is seen. A restart of the
 * instance ends it; where there is none, its group does: whoever is no member any more is fenced off.
 */
public final class AbandonedTransactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);

    private final Admin admin;
    private final String group;
    private final Predicate<String> ours;
    private final Function<MemberDescription, String> owner;
    private final Duration session;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        final Thread thread = new Thread(task, "abandoned-transactions");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Looks after a group.
     *
     * @param ours all that names of the group's transactions can be, and those of no other group
     * @param owner what the names of a member's transactions begin with
     * @param session how long a member may say nothing
     */
    public AbandonedTransactions(
            Map<String, Object> kafka,
            String group,
            Pattern ours,
            Function<MemberDescription, String> owner,
            Duration session) {
        admin = Admin.create(kafka);
        this.group = group;
        this.ours = ours.asMatchPredicate();
        this.owner = owner;
        this.session = session;
    }

    /** Looks from now on, some times in a session. */
    @SuppressWarnings("FutureReturnValueIgnored") // It goes on until the watch is shut down.
    public AbandonedTransactions start() {
        final long every = session.toMillis() / 4;
        watch.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
        return this;
    }

    private void look() {
        try {
            final List<String> open = open();
            if (open.isEmpty()) {
                return;
            }
            final Set<String> living = members().stream().map(owner).collect(Collectors.toSet());
            final List<String> abandoned = new ArrayList<>(open);
            abandoned.removeIf(id -> living.stream().anyMatch(id::startsWith));
            if (!abandoned.isEmpty()) {
                LOG.warn("transactions of instances that are gone are ended: {}", abandoned);
                admin.fenceProducers(abandoned).all().get();
            }
        } catch (ExecutionException e) {
            LOG.info("open transactions were not looked at: {}", e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("open transactions were not looked at", e);
        }
    }

    /** Those that are open for longer than a session: who began them later is surely a member. */
    private List<String> open() throws ExecutionException, InterruptedException {
        final Collection<TransactionListing> listed = admin.listTransactions(new ListTransactionsOptions()
                        .filterStates(List.of(TransactionState.ONGOING))
                        .filterOnDuration(session.toMillis()))
                .all()
                .get();
        return listed.stream()
                .map(TransactionListing::transactionalId)
                .filter(ours)
                .toList();
    }

    private Collection<MemberDescription> members() throws ExecutionException, InterruptedException {
        return admin.describeConsumerGroups(List.of(group))
                .describedGroups()
                .get(group)
                .get()
                .members();
    }

    @Override
    public void close() {
        watch.shutdownNow();
        admin.close(Duration.ZERO);
    }
}
