package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.reconciler.Reconciler;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.reconciler.RemovalLimit;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.notification.BucketEvent;

/**
 * Random histories of a bucket whose notifications are lost, repeated and reordered, while services are restarted: after a
 * reconcile the table has the rows of what is in the bucket, and the ledger each object's true final state. What fails is shrunk to a
 * short history. Ten histories run together; more of them with {@code -Djqwik.tries.default=50}.
 */
@Tag("containers")
class LostNotificationsIT {
    private static final int TOGETHER = 10;
    private static final AtomicInteger BATCHES = new AtomicInteger();
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private static EmbeddedCluster cluster;
    private static DrainCheck drain;

    /** What becomes of a notification. */
    private enum Fate {
        LOST,
        LATE,
        TWICE_ONE_LATE,
        DELIVERED,
        TWICE
    }

    /**
     * What happens to an object.
     *
     * @param remove removes it where it is there; otherwise it is written
     * @param manifest null for none
     * @param contents what the rows are drawn from
     * @param late which of the notifications that are late comes after this; null for none
     */
    private record Step(
            int history,
            ReportType type,
            int object,
            boolean remove,
            Integer manifest,
            int hours,
            long contents,
            Fate fate,
            Integer late) {
        String key(BucketHistory of) {
            return of.prefix() + "OCP/source=" + of.source() + "/year=2025/month=11/day=01/" + type.longSegment() + "/"
                    + object + ".parquet";
        }
    }

    @Provide
    Arbitrary<List<Step>> histories() {
        final Arbitrary<Integer> few = Arbitraries.integers().between(0, 2);
        final Arbitrary<Fate> fates = Arbitraries.frequency(
                Tuple.of(3, Fate.LOST),
                Tuple.of(1, Fate.LATE),
                Tuple.of(1, Fate.TWICE_ONE_LATE),
                Tuple.of(4, Fate.DELIVERED),
                Tuple.of(1, Fate.TWICE));
        return Combinators.combine(
                        Combinators.combine(
                                        Arbitraries.integers().between(0, TOGETHER - 1),
                                        Arbitraries.of(ReportType.class),
                                        few,
                                        Arbitraries.of(false, false, true))
                                .as(Tuple::of),
                        Arbitraries.integers().between(5, 12).injectNull(0.67),
                        few,
                        Arbitraries.longs().between(0, 1_000_000),
                        fates,
                        Arbitraries.integers().between(0, 1_000).injectNull(0.75))
                .as((place, manifest, hours, contents, fate, late) -> new Step(
                        place.get1(), place.get2(), place.get3(), place.get4(), manifest, hours, contents, fate, late))
                .list()
                // Long ones as often as short ones; what fails is shrunk.
                .withSizeDistribution(RandomDistribution.uniform())
                .ofMinSize(1)
                .ofMaxSize(19 * TOGETHER);
    }

    @BeforeContainer
    static void start() throws Exception {
        final Map<String, String> settings = Map.of(
                "reconcile.grace.ms", "0",
                "reconcile.interval.ms", "0",
                "reconcile.page", "7",
                "splitter.retry.longest.ms", "500");
        cluster = EmbeddedCluster.start(TestParts.options(settings, (String) null), step -> {});
        drain = new DrainCheck(cluster);
    }

    @AfterContainer
    static void end() {
        if (drain != null) {
            drain.close();
            cluster.close();
        }
    }

    /** @param restart the step after which services are restarted */
    @Property(seed = "1764000000000", edgeCases = EdgeCasesMode.NONE)
    void shouldEndInTheExpectedRowsAndStates(
            @ForAll("histories") List<Step> steps, @ForAll @IntRange(max = 189) int restart) throws Exception {
        final int batch = BATCHES.getAndIncrement();
        final List<BucketNotifications.Notification> late = Collections.synchronizedList(new ArrayList<>());
        final List<BucketHistory> histories = IntStream.range(0, TOGETHER)
                .mapToObj(i -> new BucketHistory(batch, batch * TOGETHER + i))
                .toList();
        for (int i = 0; i < steps.size(); i++) {
            final Step step = steps.get(i);
            cluster.listen(notification -> hear(notification, step.fate(), late));
            apply(step, histories.get(step.history()));
            if (step.late() != null && !late.isEmpty()) {
                cluster.deliver(late.remove(step.late() % late.size()));
            }
            if (i == restart % steps.size()) {
                cluster.stopServices();
                cluster.startServices();
            }
        }
        while (!late.isEmpty()) {
            cluster.deliver(late.remove(0));
        }
        drained();
        final Reconciliation reconciliation = new Reconciliation(
                cluster.settings(), KafkaClients.real(), Time.SYSTEM, "data/batch-" + batch + "/", RemovalLimit.NONE);
        final Reconciler.Result found = reconciliation.run(count -> {});
        assertNull(found.late());
        drained();
        final List<String> missed = new ArrayList<>();
        reconciliation.dryRun(count -> {}, event -> missed.add(event + " " + entries(event)));
        assertEquals(List.of(), missed, "nothing is left that was missed");
        for (final BucketHistory history : histories) {
            history.check(cluster);
        }
    }

    private static List<LedgerRow> entries(BucketEvent event) {
        try (Connection connection = cluster.postgres().connect()) {
            return new LedgerTable(connection, cluster.settings().text("postgres.status.schema"))
                    .versions(event.bucket(), List.of(event.key()));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void drained() {
        assertTrue(drain.await(WITHIN), "all is processed within " + WITHIN);
    }

    private static void hear(
            BucketNotifications.Notification notification, Fate fate, List<BucketNotifications.Notification> late) {
        if (fate == Fate.LATE || fate == Fate.TWICE_ONE_LATE) {
            late.add(notification);
        }
        if (fate != Fate.LOST && fate != Fate.LATE) {
            cluster.deliver(notification);
        }
        if (fate == Fate.TWICE) {
            cluster.deliver(notification);
        }
    }

    private static void apply(Step step, BucketHistory history) throws Exception {
        final String key = step.key(history);
        if (step.remove() && history.remove(key)) {
            cluster.client()
                    .removeObject(RemoveObjectArgs.builder()
                            .bucket(cluster.bucket())
                            .object(key)
                            .build());
            return;
        }
        final Map<String, String> metadata = step.manifest() == null
                ? Map.of()
                : Map.of("ManifestId", "" + step.manifest(), "ReportNumHours", "" + step.hours());
        final byte[] bytes = RandomReports.draw(new Random(step.contents()), step.type());
        history.put(key, bytes, metadata);
        cluster.client()
                .putObject(PutObjectArgs.builder().bucket(cluster.bucket()).object(key).userMetadata(metadata).stream(
                                new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                        .build());
    }
}
