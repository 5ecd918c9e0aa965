package org.usagestreams.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.standalone.ProcessCluster;

/**
 * Repairs, as an operator would, two faults of a Kafka broker that was killed by SIGKILL (seen with 4.3.1 and one process for broker and
 * controller), and records that for the report. {@code docs/operations.md} tells operators the same.
 *
 * <ul>
 *   <li>The group coordinator says that it is out of sync with its own log and refuses its groups for ever. A restart helps.
 *   <li>The transaction coordinator has completed a transaction, but the marker in {@code __consumer_offsets} is missing. The
 *       offsets of the group stay unstable for ever, so that no member can begin. Aborting the transaction on that partition
 *       helps. What it committed is read again, which changes nothing.
 * </ul>
 */
final class BrokerRepairs {
    private static final String BROKEN_COORDINATOR = "is out of sync with the underlying log";
    private static final String OFFSETS = "__consumer_offsets";

    /** Longer than a transaction may be open in these rounds, and than a restarted broker takes to complete one. */
    private static final Duration HANGS_AFTER = Duration.ofSeconds(75);

    private static final int SECONDS = 10;

    private final ProcessCluster cluster;
    private final Consumer<String> note;
    private int brokerLines;
    private Instant nextLook = Instant.MIN;

    BrokerRepairs(ProcessCluster cluster, Consumer<String> note) {
        this.cluster = cluster;
        this.note = note;
    }

    /** Notes that the faults of a round are over. */
    void begin(Instant now) {
        nextLook = now.plus(HANGS_AFTER);
    }

    /** Looks, and repairs what is broken. */
    void look(Instant now) throws IOException {
        restartBrokenCoordinator();
        if (now.isAfter(nextLook)) {
            nextLook = now.plusSeconds(SECONDS);
            try {
                abortHangingTransactions(now);
            } catch (ExecutionException | TimeoutException e) {
                // The broker is busy. There is another look.
                nextLook = now.plusSeconds(SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void restartBrokenCoordinator() throws IOException {
        final List<String> said = Files.readAllLines(cluster.log("broker"));
        final List<String> news = said.subList(Math.min(brokerLines, said.size()), said.size());
        brokerLines = said.size();
        if (news.stream().anyMatch(line -> line.contains(BROKEN_COORDINATOR))) {
            note.accept("restart the broker, whose group coordinator was out of sync with its log");
            cluster.kill(ProcessCluster.Part.BROKER, 0);
            cluster.start(ProcessCluster.Part.BROKER, 0);
            brokerLines = Files.readAllLines(cluster.log("broker")).size();
        }
    }

    private void abortHangingTransactions(Instant now)
            throws ExecutionException, InterruptedException, TimeoutException {
        try (Admin admin = Admin.create(cluster.settings().kafkaClient())) {
            final Map<Long, TransactionState> states =
                    admin.listTransactions().all().get(SECONDS, TimeUnit.SECONDS).stream()
                            .collect(Collectors.toMap(
                                    TransactionListing::producerId, TransactionListing::state, (a, b) -> a));
            final int partitions = admin.describeTopics(List.of(OFFSETS))
                    .allTopicNames()
                    .get(SECONDS, TimeUnit.SECONDS)
                    .get(OFFSETS)
                    .partitions()
                    .size();
            final var producers = admin.describeProducers(IntStream.range(0, partitions)
                            .mapToObj(partition -> new TopicPartition(OFFSETS, partition))
                            .toList())
                    .all()
                    .get(SECONDS, TimeUnit.SECONDS);
            for (final var entry : producers.entrySet()) {
                for (final ProducerState producer : entry.getValue().activeProducers()) {
                    if (hangs(producer, states.get(producer.producerId()), now)) {
                        note.accept("abort a transaction that hung on " + entry.getKey()
                                + ", though its coordinator had completed it");
                        admin.abortTransaction(new AbortTransactionSpec(
                                        entry.getKey(),
                                        producer.producerId(),
                                        (short) producer.producerEpoch(),
                                        producer.coordinatorEpoch().orElse(0)))
                                .all()
                                .get(SECONDS, TimeUnit.SECONDS);
                    }
                }
            }
        }
    }

    private static boolean hangs(ProducerState producer, TransactionState state, Instant now) {
        return producer.currentTransactionStartOffset().isPresent()
                && Instant.ofEpochMilli(producer.lastTimestamp())
                        .plus(HANGS_AFTER)
                        .isBefore(now)
                && (state == null
                        || state == TransactionState.COMPLETE_COMMIT
                        || state == TransactionState.COMPLETE_ABORT
                        || state == TransactionState.EMPTY);
    }
}
