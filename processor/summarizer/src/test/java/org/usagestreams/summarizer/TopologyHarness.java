package org.usagestreams.summarizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.Stores;
import org.usagestreams.rules.DayLimits;
import org.usagestreams.testkit.PublishedRow;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;
import org.usagestreams.wire.summary.SummaryKey;

/** The real topology in Kafka's test driver, with the table that its publications amount to. */
final class TopologyHarness implements AutoCloseable {
    static final TopicCatalog TOPICS = TopicCatalog.shipped();

    /** Whether all that is on the topics has been read. */
    boolean allRead = true;

    private final ReadProgress progress = new ReadProgress() {
        @Override
        public boolean isRead(int partition) {
            return allRead;
        }

        @Override
        public boolean isFirst(int partition, long offset) {
            return false;
        }
    };

    private final Path state;
    private final TopologyTestDriver driver;
    private boolean closed;
    private long now = 1_764_000_000_000L;
    private final TestInputTopic<String, byte[]> chunks;
    private final TestInputTopic<String, byte[]> objects;
    private final TestOutputTopic<String, byte[]> summary;
    private final TestOutputTopic<byte[], byte[]> deadLetterTopic;

    /** Values by key, as the sink would leave them. */
    final Map<String, byte[]> table = new TreeMap<>();

    /** Records on the summary topic so far. */
    int published;

    /** Values of the markers on the summary topic, in order. */
    final List<String> markers = new ArrayList<>();

    /** Days of which a row is on the summary topic without a marker behind it. */
    final Set<DayKey> unfinished = new HashSet<>();

    final List<String> deadLetters = new ArrayList<>();
    final List<String> settled = new ArrayList<>();
    /** What last was on the ledger's and the status' topic, by key. */
    final Map<String, String> ledger = new TreeMap<>();

    final Map<String, String> status = new TreeMap<>();
    final TopologyStores stores;
    final ReferenceTopics reference = new ReferenceTopics(this::input);
    final InstanceWork work;
    final DirtyDays dirtyDays;

    TopologyHarness(TopologySettings settings) {
        this(settings, new SteppingTime());
    }

    /**
     * A topology of its own.
     *
     * @param time measures how long its work takes
     */
    TopologyHarness(TopologySettings settings, Time time) {
        this(settings, time, Stores::inMemoryKeyValueStore);
    }

    private TopologyHarness(
            TopologySettings settings, Time time, Function<String, KeyValueBytesStoreSupplier> suppliers) {
        this(settings, new InstanceWork(time, settings.pacing()), suppliers);
    }

    /** A topology of an instance that takes notes of its days. */
    TopologyHarness(TopologySettings settings, InstanceWork work) {
        this(settings, work, Stores::inMemoryKeyValueStore);
    }

    private TopologyHarness(
            TopologySettings settings, InstanceWork work, Function<String, KeyValueBytesStoreSupplier> suppliers) {
        this.work = work;
        dirtyDays = work.dirtyDays();
        try {
            state = Files.createTempDirectory("usage-streams-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        final Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "usage-summary");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:9092");
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        driver = new TopologyTestDriver(
                new SummaryTopology(TOPICS, settings, work, progress, false, suppliers).build(),
                config,
                Instant.ofEpochMilli(now));
        stores = new TopologyStores(driver);
        chunks = input(TopicRole.CHUNKS);
        objects = input(TopicRole.OBJECTS);
        summary = driver.createOutputTopic(
                TOPICS.name(TopicRole.SUMMARY), new StringDeserializer(), new ByteArrayDeserializer());
        deadLetterTopic = driver.createOutputTopic(
                TOPICS.name(TopicRole.DEAD_LETTERS), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    TopologyHarness() {
        this(TopologySettings.DEFAULTS);
    }

    /** With its stores in RocksDB, as in production; the others keep them in memory, which is many times faster. */
    static TopologyHarness onDisk() {
        return new TopologyHarness(TopologySettings.DEFAULTS, new SteppingTime(), Stores::persistentKeyValueStore);
    }

    /** In which each chunk of a day takes a turn. */
    static TopologyHarness inTurns() {
        return inTurns(TopologySettings.DEFAULTS);
    }

    /** The same, with these settings. */
    static TopologyHarness inTurns(TopologySettings settings) {
        return new TopologyHarness(
                settings.withPacing(settings.pacing().withTurn(Duration.ofMillis(1))),
                new SteppingTime().stepping(Duration.ofMillis(1)));
    }

    /** One that summarises every day by portions, as it does large days. */
    static TopologyHarness inPortions(int portions) {
        return new TopologyHarness(portioned(portions));
    }

    /** One in which each chunk of a portion takes a turn as well. */
    static TopologyHarness inTurnsOfPortions(int portions) {
        return inTurns(portioned(portions));
    }

    private static TopologySettings portioned(int portions) {
        return TopologySettings.DEFAULTS.withDay(DayLimits.DEFAULTS.withPortions(portions));
    }

    private TestInputTopic<String, byte[]> input(TopicRole role) {
        return driver.createInputTopic(TOPICS.name(role), new StringSerializer(), new ByteArraySerializer());
    }

    void chunk(String key, byte[] value) {
        chunks.pipeInput(key, value);
        collect();
    }

    /** What the splitter says of an object that is removed, empty or rejected. */
    void gone(ObjectVersion version) {
        final ReportKey report = ReportKey.of(version.getKey()).orElseThrow();
        fact(ObjectFact.newBuilder()
                .setVersion(version)
                .setOrganisation(report.organisation())
                .setSource(report.source())
                .setGone(Gone.getDefaultInstance()));
    }

    /** Something that the splitter found out. */
    void fact(ObjectFact.Builder fact) {
        final ObjectVersion version = fact.getVersion();
        objects.pipeInput(
                version.getBucket() + "/" + version.getKey(), fact.build().toByteArray());
        collect();
    }

    /** A record on a topic, as it is. */
    void record(TopicRole role, String key, byte[] value) {
        input(role).pipeInput(key, value);
        collect();
    }

    /** What a day is told from outside. */
    void order(String day, DayCommand order) {
        input(TopicRole.RETRACTIONS).pipeInput(day, order.toByteArray());
        collect();
    }

    /** Time passes; true where something was published. */
    boolean advance(long millis) {
        now += millis;
        driver.advanceWallClockTime(Duration.ofMillis(millis));
        return collect();
    }

    /** Until no day is dirty any more. */
    void settle() {
        for (int i = 0; i < 20 || (i < 1_000 && dirtyDays.days() > 0); i++) {
            advance(1_000);
        }
        if (dirtyDays.days() != 0) {
            throw new AssertionError(dirtyDays.days() + " days are still dirty");
        }
    }

    private boolean collect() {
        boolean any = false;
        while (!summary.isEmpty()) {
            final KeyValue<String, byte[]> row = summary.readKeyValue();
            final byte[] key = row.key.getBytes(StandardCharsets.UTF_8);
            if (SummaryKey.isMarker(key)) {
                unfinished.remove(SummaryKey.dayOf(key));
                markers.add(new String(row.value, StandardCharsets.UTF_8));
                continue;
            }
            unfinished.add(SummaryKey.dayOf(key));
            any = true;
            published++;
            if (row.value == null) {
                table.remove(row.key);
            } else {
                table.put(row.key, row.value);
            }
        }
        drain(TopicRole.LEDGER, ledger);
        drain(TopicRole.SUMMARY_STATUS, status);
        while (!deadLetterTopic.isEmpty()) {
            final KeyValue<byte[], byte[]> deadLetter = deadLetterTopic.readKeyValue();
            if (deadLetter.value != null) {
                deadLetters.add(new String(deadLetter.value, StandardCharsets.UTF_8));
            } else {
                settled.add(new String(deadLetter.key, StandardCharsets.UTF_8));
            }
        }
        return any;
    }

    private void drain(TopicRole role, Map<String, String> into) {
        final TestOutputTopic<String, byte[]> output =
                driver.createOutputTopic(TOPICS.name(role), new StringDeserializer(), new ByteArrayDeserializer());
        while (!output.isEmpty()) {
            final KeyValue<String, byte[]> record = output.readKeyValue();
            into.put(record.key, record.value == null ? null : new String(record.value, StandardCharsets.UTF_8));
        }
    }

    /** A column of all rows of the table, in order. */
    List<String> columns(String name) {
        return table.values().stream()
                .map(row -> PublishedRow.columns(row).get(name))
                .sorted()
                .toList();
    }

    long nowMillis() {
        return now;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        driver.close();
        try (Stream<Path> files = Files.walk(state)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
