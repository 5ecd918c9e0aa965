package org.usagestreams.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.header.Header;

/**
 * The transaction coordinator. Ending a transaction decides it at once; its markers may reach each partition, and the offsets
 * their group, later: until they do, a new transaction of the same producer gets {@link ConcurrentTransactionsException},
 * which the real client retries by itself.
 */
public final class SimulatedTransactions {
    private final SimulatedBroker broker;
    /** In order of names, so that listings are the same in each run. */
    private final Map<String, State> states = new TreeMap<>();

    private long nextId;
    private LongSupplier markerDelay = () -> 0;

    /** What the coordinator says of a transaction. */
    public enum Status {
        EMPTY,
        ONGOING,
        PREPARE_COMMIT,
        PREPARE_ABORT,
        COMPLETE_COMMIT,
        COMPLETE_ABORT
    }

    /**
     * A transaction as {@code describeTransactions} shows it.
     *
     * @param startedAt milliseconds; -1 if none is open
     * @param partitions that are part of it
     */
    public record Described(
            String transactionalId,
            Status status,
            long producerId,
            short epoch,
            long timeoutMillis,
            long startedAt,
            Set<TopicPartition> partitions) {}

    private static final class State {
        private final String name;
        private final long id;
        private short epoch = -1;
        private Status status = Status.EMPTY;
        private long timeout;
        private long startedAt = -1;
        private final Set<TopicPartition> partitions = new LinkedHashSet<>();
        private final Map<String, Map<TopicPartition, OffsetAndMetadata>> offsets = new TreeMap<>();
        private final List<Marker> markers = new ArrayList<>();

        private State(String name, long id) {
            this.name = name;
            this.id = id;
        }

        private boolean isEnding() {
            return status == Status.PREPARE_COMMIT || status == Status.PREPARE_ABORT;
        }
    }

    /** What is still to be written for a transaction that is decided: to a partition, or to a group where that is null. */
    private record Marker(TopicPartition partition, String group, long due) {}

    SimulatedTransactions(SimulatedBroker broker) {
        this.broker = broker;
    }

    /** Draws for each marker how many milliseconds after the decision it is written. By default at once. */
    public void delayMarkers(LongSupplier delay) {
        markerDelay = delay;
    }

    /**
     * Gives a producer the next epoch of its name, and aborts what was open under that name.
     *
     * @throws ConcurrentTransactionsException until the markers of what was open are written; to be tried again
     */
    public ProducerIdentity init(String transactionalId, Duration timeout) {
        final State state = states.computeIfAbsent(transactionalId, name -> new State(name, nextId++));
        complete(state);
        if (state.status == Status.ONGOING) {
            // Fences at once; the epoch of who asks comes with the next attempt.
            state.epoch++;
            decide(state, false);
        }
        if (state.isEnding()) {
            throw new ConcurrentTransactionsException(transactionalId + " has a transaction that is ending");
        }
        state.epoch++;
        state.timeout = timeout.toMillis();
        state.status = Status.EMPTY;
        return new ProducerIdentity(transactionalId, state.id, state.epoch);
    }

    /**
     * Appends a record in the producer's transaction, which begins with the first record or offsets.
     *
     * @throws InvalidProducerEpochException if the producer is fenced; what produce requests answer
     */
    public long append(
            ProducerIdentity producer,
            TopicPartition partition,
            byte[] key,
            byte[] value,
            List<Header> headers,
            long timestamp) {
        final State state = states.get(producer.transactionalId());
        expire(state);
        if (state == null || state.epoch != producer.epoch()) {
            throw new InvalidProducerEpochException(producer + " is fenced");
        }
        final PartitionLog log = broker.checked(partition, key, value, headers);
        begin(state);
        state.partitions.add(partition);
        return log.append(state.id, key, value, headers, timestamp);
    }

    /**
     * Makes offsets part of the transaction.
     *
     * @throws ProducerFencedException if the producer is fenced
     * @throws org.apache.kafka.common.errors.UnknownMemberIdException and other errors of {@link SimulatedGroups} where the
     *     member is none of the group's generation
     */
    public void addOffsets(
            ProducerIdentity producer, ConsumerGroupMetadata group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        final State state = current(producer);
        begin(state);
        broker.groups().validate(group, true);
        state.offsets.computeIfAbsent(group.groupId(), id -> new HashMap<>()).putAll(offsets);
        broker.groups().pend(state.id, group.groupId(), offsets);
    }

    /**
     * Decides a transaction.
     *
     * @throws ProducerFencedException if the producer is fenced
     * @throws InvalidTxnStateException if it was decided otherwise
     */
    public void end(ProducerIdentity producer, boolean commit) {
        final State state = current(producer);
        if (state.status == Status.EMPTY) {
            // The real client does not ask where nothing was sent.
            return;
        }
        if (state.status != Status.ONGOING) {
            final boolean committed = state.status == Status.PREPARE_COMMIT || state.status == Status.COMPLETE_COMMIT;
            if (committed != commit) {
                throw new InvalidTxnStateException(producer + " is " + state.status);
            }
            return;
        }
        decide(state, commit);
    }

    /** Fences a name, as {@code Admin.fenceProducers} does: its open transaction is aborted, its producer refused. */
    public void fence(String transactionalId) {
        try {
            init(transactionalId, Duration.ofMinutes(1));
        } catch (ConcurrentTransactionsException e) {
            // The admin client tries again until the markers are written; the effect on the producer is there already.
            final State state = states.get(transactionalId);
            state.epoch++;
        }
    }

    /** Whether this producer is the latest of its name. */
    public boolean isCurrent(ProducerIdentity producer) {
        final State state = states.get(producer.transactionalId());
        return state != null && state.epoch == producer.epoch();
    }

    /** All transactions by name. */
    public List<Described> list() {
        return states.values().stream().map(SimulatedTransactions::describe).toList();
    }

    /**
     * One transaction.
     *
     * @throws TransactionalIdNotFoundException if there is none of the name
     */
    public Described describe(String transactionalId) {
        final State state = states.get(transactionalId);
        if (state == null) {
            throw new TransactionalIdNotFoundException("no transactional id " + transactionalId);
        }
        return describe(state);
    }

    private static Described describe(State state) {
        return new Described(
                state.name,
                state.status,
                state.id,
                state.epoch,
                state.timeout,
                state.startedAt,
                Set.copyOf(state.partitions));
    }

    /** Writes markers that are due, and aborts transactions past their time-out. */
    void tick() {
        for (final State state : states.values()) {
            complete(state);
            expire(state);
        }
    }

    private void expire(State state) {
        if (state != null && state.status == Status.ONGOING && broker.now() - state.startedAt >= state.timeout) {
            state.epoch++;
            decide(state, false);
        }
    }

    /** When {@link #tick} has something to do next; {@link Long#MAX_VALUE} for never. */
    long nextTick() {
        long next = Long.MAX_VALUE;
        for (final State state : states.values()) {
            if (state.status == Status.ONGOING) {
                next = Math.min(next, state.startedAt + state.timeout);
            }
            for (final Marker marker : state.markers) {
                next = Math.min(next, marker.due());
            }
        }
        return next;
    }

    private State current(ProducerIdentity producer) {
        final State state = states.get(producer.transactionalId());
        if (state == null) {
            throw new InvalidPidMappingException("no producer " + producer);
        }
        expire(state);
        if (state.epoch != producer.epoch()) {
            throw new ProducerFencedException("There is a newer producer with the same transactionalId as " + producer);
        }
        return state;
    }

    private void begin(State state) {
        complete(state);
        if (state.isEnding()) {
            throw new ConcurrentTransactionsException(state.name + " has a transaction that is ending");
        }
        if (state.status != Status.ONGOING) {
            state.status = Status.ONGOING;
            state.startedAt = broker.now();
        }
    }

    private void decide(State state, boolean commit) {
        state.status = commit ? Status.PREPARE_COMMIT : Status.PREPARE_ABORT;
        final long now = broker.now();
        state.partitions.forEach(
                partition -> state.markers.add(new Marker(partition, null, now + markerDelay.getAsLong())));
        state.offsets
                .keySet()
                .forEach(group -> state.markers.add(new Marker(null, group, now + markerDelay.getAsLong())));
        complete(state);
    }

    private void complete(State state) {
        if (!state.isEnding()) {
            return;
        }
        final boolean commit = state.status == Status.PREPARE_COMMIT;
        final long now = broker.now();
        final Iterator<Marker> each = state.markers.iterator();
        while (each.hasNext()) {
            final Marker marker = each.next();
            if (marker.due() > now) {
                continue;
            }
            if (marker.group() != null) {
                broker.groups().settle(state.id, marker.group(), commit);
            } else if (broker.hasPartition(marker.partition())) {
                broker.log(marker.partition()).mark(state.id, commit, now);
            }
            each.remove();
        }
        if (state.markers.isEmpty()) {
            state.status = commit ? Status.COMPLETE_COMMIT : Status.COMPLETE_ABORT;
            state.partitions.clear();
            state.offsets.clear();
            state.startedAt = -1;
        }
    }
}
