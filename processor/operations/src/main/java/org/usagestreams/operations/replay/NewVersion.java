package org.usagestreams.operations.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.summarizer.StateStore;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.message.Resummarise;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * A second application beside the one that publishes: it reads the chunk topic from its beginning and writes what it would
 * publish to topics of its own. When it is promoted, rows that differ are written where the sink reads, and what the other
 * application knows of objects is handed over; the next processors run under its id.
 */
final class NewVersion {
    private final ReplayTarget target;
    private final Admin admin;
    private final String application;

    NewVersion(ReplayTarget target, Admin admin, String application) {
        this.target = target;
        this.admin = admin;
        this.application = application;
    }

    /** The topics as that application has them while it is beside. */
    static TopicCatalog shadow(TopicCatalog topics, String application) {
        return topics.renamed(TopicRole.SUMMARY, topics.name(TopicRole.SUMMARY) + "." + application)
                .renamed(TopicRole.SUMMARY_STATUS, topics.name(TopicRole.SUMMARY_STATUS) + "." + application);
    }

    private String besideName(TopicRole role) {
        return shadow(target.settings().topics(), application).name(role);
    }

    /** Makes its topics where they are not there. */
    void makeTopics(short replication) {
        final TopicCatalog topics = shadow(target.settings().topics(), application);
        new TopicAdmin(admin)
                .apply(List.of(topics.get(TopicRole.SUMMARY), topics.get(TopicRole.SUMMARY_STATUS)), replication);
    }

    /** Keys of rows that differ. */
    Set<String> differing(TopicReader reader) {
        return rows(reader).keys();
    }

    /** What promoting it would change among these keys. */
    RowDifference.Result compare(TopicReader reader, Set<String> among) {
        return rows(reader).compare(among);
    }

    private RowDifference rows(TopicReader reader) {
        return new RowDifference(
                reader, target.topic(TopicRole.SUMMARY), besideName(TopicRole.SUMMARY), target.keptDays(0)::contains);
    }

    /**
     * Hands over; neither application runs. Each step can be repeated.
     *
     * @return how many records were written where the sink reads
     */
    long promote() {
        long written = 0;
        try (TopicReader reader = target.reader()) {
            for (final TopicRole role : List.of(TopicRole.SUMMARY, TopicRole.SUMMARY_STATUS)) {
                written += publish(reader, target.topic(role), besideName(role));
            }
            Stream.of(StateStore.values())
                    .filter(StateStore::isHandedOver)
                    .forEach(store -> copyChangelog(reader, store));
        }
        handOverOffsets();
        final DayReplay days = new DayReplay(target);
        days.order(
                days.days(DayScope.ALL).keySet(),
                Resummarise.newBuilder().setTell(true).build());
        return written;
    }

    private long publish(TopicReader reader, String now, String then) {
        final long[] written = new long[1];
        final KeptDays kept = target.keptDays(0);
        inTransaction(
                producer -> new RowDifference(reader, now, then, kept::contains).write((partition, key, value) -> {
                    written[0]++;
                    Transactions.send(producer, new ProducerRecord<>(now, partition, key, value, headers(key, value)));
                }));
        return written[0];
    }

    private static List<Header> headers(byte[] key, byte[] value) {
        return value != null && SummaryKey.isMarker(key)
                ? List.of(new RecordHeader(SummaryKey.MARKER_HEADER, new byte[0]))
                : List.of();
    }

    private void copyChangelog(TopicReader reader, StateStore store) {
        final String from = target.names().changelog(store);
        final String to = new ApplicationNames(application).changelog(store);
        if (reader.partitions(to).isEmpty()) {
            makeLike(from, to);
        }
        inTransaction(producer -> reader.readAll(
                from,
                record -> Transactions.send(
                        producer,
                        new ProducerRecord<>(
                                to, record.partition(), record.timestamp(), record.key(), record.value()))));
    }

    private void makeLike(String from, String to) {
        final TopicDescription like = SummaryGroup.get(
                        admin.describeTopics(List.of(from)).allTopicNames())
                .get(from);
        final ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, from);
        final Map<String, String> config =
                SummaryGroup.get(admin.describeConfigs(List.of(resource)).all()).get(resource).entries().stream()
                        .filter(entry ->
                                !entry.isDefault() && entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                        .collect(Collectors.toMap(entry -> entry.name(), entry -> entry.value()));
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        SummaryGroup.get(
                admin.createTopics(List.of(new NewTopic(to, like.partitions().size(), (short)
                                        like.partitions().get(0).replicas().size())
                                .configs(config)))
                        .all());
    }

    private void handOverOffsets() {
        final Set<String> own = Set.of(target.topic(TopicRole.CHUNKS), target.topic(TopicRole.REFERENCE));
        final SummaryGroup from = new SummaryGroup(admin, target.time(), target.application());
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(from.offsets());
        offsets.keySet().removeIf(partition -> own.contains(partition.topic()));
        new SummaryGroup(admin, target.time(), application).set(offsets);
        final Map<TopicPartition, OffsetAndMetadata> watch =
                new SummaryGroup(admin, target.time(), target.names().loadWatchGroup()).offsets();
        if (!watch.isEmpty()) {
            new SummaryGroup(admin, target.time(), new ApplicationNames(application).loadWatchGroup()).set(watch);
        }
    }

    private void inTransaction(Consumer<Producer<byte[], byte[]>> work) {
        try (Transactions transactions = new Transactions(target, application + "-promotion")) {
            work.accept(transactions.begin());
            transactions.commit();
        }
    }
}
