package org.usagestreams.simulation.streams;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.utils.Utils;
import org.usagestreams.simulation.ProducerIdentity;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Replaced;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.message.Split;

/**
 * Writes what a splitter writes, without its loop: a transaction for some notifications, with the chunks and facts that they
 * lead to. Histories of the topology alone use it.
 */
final class StandInSplitter {
    private static final Duration TRANSACTION = Duration.ofMinutes(10);
    private static final long RETRY_MILLIS = 5;

    private final SimulatedBroker broker;
    private final TopicCatalog topics;
    private final SimulatedBucket bucket;
    private final Host host;
    private final String name;
    private final int chunkRows;
    private ProducerIdentity identity;

    StandInSplitter(
            SimulatedBroker broker,
            TopicCatalog topics,
            SimulatedBucket bucket,
            Host host,
            String name,
            int chunkRows) {
        this.broker = broker;
        this.topics = topics;
        this.bucket = bucket;
        this.host = host;
        this.name = name;
        this.chunkRows = chunkRows;
    }

    /** Handles some notifications; when it does so next. */
    long step() {
        try {
            if (identity == null) {
                identity = broker.transactions().init(name, TRANSACTION);
            }
            final List<SimulatedBucket.Notification> some =
                    bucket.pending(1 + host.random().nextInt(3));
            if (!some.isEmpty()) {
                for (final SimulatedBucket.Notification notification : some) {
                    handle(notification);
                }
                host.mayDie();
                broker.transactions().end(identity, true);
                bucket.handled(some);
                host.mayDie();
            }
            return host.now() + 10 + host.random().nextInt(some.isEmpty() ? 2_000 : 100);
        } catch (ConcurrentTransactionsException e) {
            return host.now() + RETRY_MILLIS;
        } catch (ApiException e) {
            identity = null;
            return host.now() + 100;
        }
    }

    private void handle(SimulatedBucket.Notification notification) {
        final SimulatedBucket.Put current = bucket.current(notification.object());
        final ObjectVersion event = bucket.version(notification);
        final ObjectFact.Builder fact = ObjectFact.newBuilder()
                .setVersion(event)
                .setOrganisation(SimulatedReports.ORGANISATION)
                .setSource(bucket.source(notification.object()))
                .setReport(ReportType.POD_USAGE)
                .setNotifiedMillis(host.now())
                .setFoundMillis(host.now());
        if (current == null || notification.contents() == null) {
            fact(fact.setGone(Gone.getDefaultInstance()));
        } else if (!current.contents().etag().equals(notification.contents().etag())) {
            fact(fact.setReplaced(Replaced.getDefaultInstance()));
        } else {
            split(event, notification.contents());
            final Split.Builder split = Split.newBuilder().setRowGroups(1);
            notification
                    .contents()
                    .dates()
                    .forEach(date ->
                            split.addDates((int) SimulatedReports.date(date).toEpochDay()));
            fact(fact.setSplit(split));
        }
    }

    private void split(ObjectVersion version, SimulatedReports.Contents contents) {
        final String topic = topics.name(TopicRole.CHUNKS);
        final String source = bucket.source(contents.object());
        SimulatedChunks.of(version, contents, source, chunkRows)
                .forEach((key, value) -> append(
                        new TopicPartition(topic, key.day().partition(broker.partitions(topic))),
                        key.toBytes(),
                        value));
    }

    private void fact(ObjectFact.Builder fact) {
        final String topic = topics.name(TopicRole.OBJECTS);
        final byte[] key = Versions.objectName(fact.getVersion()).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        append(
                new TopicPartition(topic, Utils.toPositive(Utils.murmur2(key)) % broker.partitions(topic)),
                key,
                fact.build().toByteArray());
    }

    private void append(TopicPartition partition, byte[] key, byte[] value) {
        host.mayDie();
        while (true) {
            try {
                broker.transactions().append(identity, partition, key, value, List.of(), host.now());
                return;
            } catch (ConcurrentTransactionsException e) {
                host.spend(RETRY_MILLIS);
            }
        }
    }
}
