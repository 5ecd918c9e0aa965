package org.usagestreams.instance;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.KafkaClients;

/**
 * Ends the transactions of a group's members that are gone. An instance that was killed leaves its transaction open, and
 * readers of committed records stop before it until the broker times it out. A restart of the instance ends it at once; where
 * there is none, the other members do: they fence the producer of every transaction of the group that is open for longer than
 * a session and belongs to no member.
 *
 * <p>A transaction of a living member is never ended: where the owner of any member's transactions cannot be told, nothing is
 * fenced. Not thread-safe, but for {@link #close}.
 */
public final class AbandonedTransactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedTransactions.class);

    private final Admin admin;
    private final String group;
    private final Predicate<String> ours;
    private final Ownership ownership;
    private final Duration session;
    private ScheduledExecutorService watch;

    /** Tells which transactions belong to which member. */
    public interface Ownership {
        /** Whether the names of the member's transactions can be told from its description. */
        boolean isKnown(MemberDescription member);

        /** Whether the transaction is one of this member. */
        boolean owns(MemberDescription member, String transactionalId);
    }

    /**
     * Looks after a group.
     *
     * @param kafka properties of an admin client
     * @param ours matches all transactional ids of the group, and those of no other group
     * @param session how long a member may be silent
     */
    public AbandonedTransactions(
            KafkaClients clients,
            Map<String, Object> kafka,
            String group,
            Pattern ours,
            Ownership ownership,
            Duration session) {
        admin = clients.admin(kafka);
        this.group = group;
        this.ours = ours.asMatchPredicate();
        this.ownership = ownership;
        this.session = session;
    }

    /** Calls {@link #look} from now on in a thread of its own, four times in a session. */
    @SuppressWarnings("FutureReturnValueIgnored") // It goes on until the watch is shut down.
    public synchronized AbandonedTransactions start() {
        watch = Executors.newSingleThreadScheduledExecutor(task -> {
            final Thread thread = new Thread(task, "abandoned-transactions");
            thread.setDaemon(true);
            return thread;
        });
        final long every = session.toMillis() / 4;
        watch.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
        return this;
    }

    /** Ends what is abandoned now. A failure is logged, and left to the next look. */
    public void look() {
        try {
            final List<String> open = open();
            if (open.isEmpty()) {
                return;
            }
            // After the transactions: who began one of them and lives has joined before.
            final Collection<MemberDescription> members = members();
            final Optional<MemberDescription> unknown = members.stream()
                    .filter(member -> !ownership.isKnown(member))
                    .findAny();
            if (unknown.isPresent()) {
                LOG.warn(
                        "Cannot tell whose transactions are abandoned: member {} of group {} has client"
                                + " id {} and group instance id {}, which usage-streams did not set. Remove the"
                                + " settings that set them",
                        unknown.get().consumerId(),
                        group,
                        unknown.get().clientId(),
                        unknown.get().groupInstanceId().orElse("none"));
                return;
            }
            final List<String> abandoned = open.stream()
                    .filter(id -> members.stream().noneMatch(member -> ownership.owns(member, id)))
                    .toList();
            if (!abandoned.isEmpty()) {
                LOG.warn("Aborting transactions of instances that have ended: {}", abandoned);
                admin.fenceProducers(abandoned).all().get();
            }
        } catch (ExecutionException e) {
            LOG.info("Cannot look for abandoned transactions: {}", e.getCause().getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("Cannot look for abandoned transactions", e);
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
    public synchronized void close() {
        if (watch != null) {
            watch.shutdownNow();
        }
        admin.close(Duration.ZERO);
    }
}
