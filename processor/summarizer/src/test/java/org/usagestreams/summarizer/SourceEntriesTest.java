package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;

/** A source does not fill the ledger's state by objects that fail. */
class SourceEntriesTest {
    private static final int MOST = 5;
    private static final String OTHER = "00000000-0000-4000-8000-0000000000ef";

    private final TopologyHarness harness = new TopologyHarness(TopologySettings.DEFAULTS.withSourceEntries(MOST));

    @AfterEach
    void close() {
        harness.close();
    }

    /** An object that failed that long before the beginning. */
    private ObjectVersion fail(String name, String source, Duration before) {
        final ObjectVersion like = Pods.version(name, 0);
        final ObjectVersion version = like.toBuilder()
                .setKey(like.getKey().replace(Pods.SOURCE, source))
                .setEventTimeMillis(harness.nowMillis() - before.toMillis())
                .build();
        harness.fact(ObjectFact.newBuilder()
                .setVersion(version)
                .setOrganisation(Pods.ORGANISATION)
                .setSource(source)
                .setFoundMillis(harness.nowMillis())
                .setFailed(Failed.newBuilder().setStep("SPLIT").setReason("it is none")));
        return version;
    }

    private void search() {
        harness.advance(Duration.ofHours(1).toMillis());
        // The search goes on in further punctuations.
        IntStream.range(0, 5).forEach(i -> harness.advance(100));
    }

    /** Names of the objects that the state remembers. */
    private Set<String> remembered() {
        final Set<String> names = new TreeSet<>();
        try (KeyValueIterator<String, byte[]> all =
                harness.stores.get(Names.LEDGER).all()) {
            all.forEachRemaining(
                    entry -> names.add(entry.key.replaceAll("\0.*$", "").replaceAll("^.*/", "")));
        }
        return names;
    }

    private static Set<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldLetTheOldestObjectsWithoutRowsLeaveBeyondTheQuotaOfTheirSource() {
        for (int i = 0; i < 10; i++) {
            fail("old-" + i, Pods.SOURCE, Duration.ofDays(3));
        }
        for (int i = 0; i < 3; i++) {
            fail("young-" + i, Pods.SOURCE, Duration.ofHours(5));
            fail("other-" + i, OTHER, Duration.ofDays(3));
        }
        search();
        assertThat(remembered()).as("counted first").hasSize(16);
        assertThat(harness.work.counts().ledgerSourcesOverQuota.sum()).isEqualTo(1);
        search();
        assertThat(remembered())
                .hasSize(MOST + 3)
                .containsAll(names("young-", 3))
                .containsAll(names("other-", 3));
        search();
        assertThat(remembered()).hasSize(MOST + 3);
        assertThat(harness.work.counts().ledgerSourcesOverQuota.sum()).isZero();
        assertThat(harness.ledger).as("topic and table keep them").hasSize(16);
    }

    @Test
    void shouldKeepWhatHasJustComeAndWhatCountsOnADay() {
        final ObjectVersion counted = Pods.version("counted", 0);
        Pods.put(harness, History.LIMITS, counted, Pods.onDays("2025-11-03"));
        Pods.split(harness, counted, "2025-11-03");
        harness.settle();
        for (int i = 0; i < 2 * MOST; i++) {
            fail("old-" + i, Pods.SOURCE, Duration.ofDays(3));
        }
        search();
        for (int i = 0; i < 2 * MOST; i++) {
            fail("new-" + i, Pods.SOURCE, Duration.ZERO);
        }
        search();
        search();
        assertThat(remembered()).contains("counted").hasSizeLessThanOrEqualTo(1 + 2 * MOST);
        assertThat(harness.ledger.values())
                .filteredOn(entry -> entry.contains("\"state\":\"COUNTED\""))
                .hasSize(1);
    }

    @Test
    void shouldShowNoSourceOnceItsTaskIsClosed() {
        for (int i = 0; i < 2 * MOST; i++) {
            fail("old-" + i, Pods.SOURCE, Duration.ofDays(3));
        }
        search();
        assertThat(harness.work.counts().ledgerSourcesOverQuota.sum()).isEqualTo(1);
        harness.close();
        assertThat(harness.work.counts().ledgerSourcesOverQuota.sum()).isZero();
    }
}
