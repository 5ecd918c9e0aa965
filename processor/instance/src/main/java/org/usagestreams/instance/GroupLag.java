package org.usagestreams.instance;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.ReaderOffsets;

/**
 * How far each consumer group is behind the committed records of its topics. A group that has read everything may be behind by
 * the marker of the last transaction, which is a record to the broker and none to a reader.
 */
public final class GroupLag implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupLag.class);

    private final MeterRegistry registry;
    private final Admin admin;
    private final Map<String, List<TopicPartition>> read;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        final Thread thread = new Thread(task, "group-lag");
        thread.setDaemon(true);
        return thread;
    });
    private final ScheduledFuture<?> looking;
    private final Map<String, ReaderOffsets> elsewhere = new HashMap<>();
    private final Map<Reading, AtomicLong> lags = new ConcurrentHashMap<>();
    private final Map<Tags, AtomicLong> refused = new ConcurrentHashMap<>();
    private final OrganisationLabels labels;

    /** A group, and a partition that it reads. */
    private record Reading(String group, TopicPartition partition) {}

    /**
     * Looks again and again, and shows what it finds in metrics.
     *
     * @param registry where a gauge is registered for each partition once its lag is known
     * @param kafka properties of Kafka's clients
     * @param read the partitions that each group reads
     * @param elsewhere what tells the offsets of groups that do not keep them in the broker, by group; closed with this
     * @param labels of organisations whose days are refused
     * @param every how often
     */
    public GroupLag(
            MeterRegistry registry,
            KafkaClients clients,
            Map<String, Object> kafka,
            Map<String, List<TopicPartition>> read,
            Map<String, Function<Admin, ReaderOffsets>> elsewhere,
            OrganisationLabels labels,
            Duration every) {
        this.labels = labels;
        this.registry = registry;
        this.admin = clients.admin(kafka);
        this.read = read;
        elsewhere.forEach((group, offsets) -> this.elsewhere.put(group, offsets.apply(admin)));
        looking = executor.scheduleWithFixedDelay(this::look, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            for (final Map.Entry<String, List<TopicPartition>> group : read.entrySet()) {
                try {
                    look(group.getKey(), group.getValue());
                } catch (RuntimeException e) {
                    // Whatever it is: a look that throws would be the last, and one group must not hide the others.
                    LOG.debug("the lag of {} was not looked at: {}", group.getKey(), e.toString());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(String group, List<TopicPartition> partitions) throws InterruptedException {
        final ReaderOffsets offsets = elsewhere.getOrDefault(group, ReaderOffsets.ofGroup(admin, group));
        final Map<TopicPartition, OffsetAndMetadata> committed = offsets.now().committed();
        if (elsewhere.containsKey(group)) {
            showRefused(group, offsets.setAside());
        }
        final Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        final List<TopicPartition> unread =
                partitions.stream().filter(at -> committed.get(at) == null).toList();
        final Map<TopicPartition, Long> begins = unread.isEmpty() ? Map.of() : offsets(unread, OffsetSpec.earliest());
        for (final TopicPartition at : partitions) {
            final OffsetAndMetadata next = committed.get(at);
            final long from = next == null ? begins.get(at) : next.offset();
            lags.computeIfAbsent(new Reading(group, at), this::show).set(Math.max(0, ends.get(at) - from));
        }
    }

    /** @param days each with its organisation, and a bar behind that */
    private void showRefused(String group, List<String> days) {
        final Map<Tags, Long> counts = new HashMap<>();
        // Where no organisation is named; so that there is a series while nothing is refused.
        counts.put(Tags.of("group", group, "organisation", ""), 0L);
        for (final String day : days) {
            final String organisation = labels.of(day.substring(0, Math.max(0, day.indexOf('|'))));
            counts.merge(Tags.of("group", group, "organisation", organisation), 1L, Long::sum);
        }
        refused.forEach((tags, count) -> count.set(counts.getOrDefault(tags, 0L)));
        counts.forEach((tags, count) ->
                refused.computeIfAbsent(tags, this::showRefused).set(count));
    }

    private AtomicLong showRefused(Tags tags) {
        final AtomicLong days = new AtomicLong();
        Gauge.builder("usage_streams_refused_days", days, AtomicLong::get)
                .description("days that PostgreSQL refuses, and the sink tries again")
                .tags(tags)
                .register(registry);
        return days;
    }

    private AtomicLong show(Reading reading) {
        final AtomicLong lag = new AtomicLong();
        Gauge.builder("usage_streams_group_lag_records", lag, AtomicLong::get)
                .description("committed records that a consumer group has not read yet")
                .tags(Tags.of(
                        "group", reading.group(),
                        "topic", reading.partition().topic(),
                        "partition", Integer.toString(reading.partition().partition())))
                .register(registry);
        return lag;
    }

    private Map<TopicPartition, Long> offsets(List<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException {
        final Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(at -> wanted.put(at, which));
        try {
            final Map<TopicPartition, Long> offsets = new HashMap<>();
            for (final Map.Entry<TopicPartition, ListOffsetsResultInfo> entry : admin.listOffsets(
                            wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get()
                    .entrySet()) {
                offsets.put(entry.getKey(), entry.getValue().offset());
            }
            return offsets;
        } catch (ExecutionException e) {
            throw new KafkaException("offsets of " + new ArrayList<>(wanted.keySet()), e.getCause());
        }
    }

    @Override
    public void close() {
        looking.cancel(true);
        executor.shutdownNow();
        elsewhere.values().forEach(ReaderOffsets::close);
        admin.close(Duration.ofSeconds(1));
    }
}
