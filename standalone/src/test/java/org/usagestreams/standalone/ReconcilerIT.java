package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.reconciler.Listing;
import org.usagestreams.reconciler.Reconciler;
import org.usagestreams.reconciler.RemovalLimit;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectFilter;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.notification.BucketEvent;

/**
 * A bucket against a real ledger's table, by a listing that is made up. A large one with {@code
 * -Dusage.reconcile.objects=200000}, for the figures in docs/benchmarks.md.
 */
class ReconcilerIT {
    private static final int OBJECTS = Integer.getInteger("usage.reconcile.objects", 20_000);
    private static final int PAGE = 1_000;

    /** Every so many objects, one is unknown to the ledger, one is gone from the bucket, and one has other contents. */
    private static final int EVERY = 10_000;

    private static final Instant UPLOADED = Instant.parse("2025-11-03T00:00:00Z");

    private RemovalLimit limit = new RemovalLimit(10, 100, 10_000);

    private long pages;
    private long peak;

    private static String key(long number) {
        return String.format(
                "data/org/OCP/source=00000000-0000-4000-8000-000000000001/pod_usage/day=01/object-%08d.parquet",
                number);
    }

    /** As a bucket would: all but every EVERY-th object, from the page's first key on. */
    private ObjectStore.Page page(String after) {
        final long first = after.isEmpty() ? 0 : Long.parseLong(after.replaceAll(".*object-|\\.parquet", "")) + 1;
        final List<ObjectStore.Listed> objects = new ArrayList<>();
        long number = first;
        for (; number < OBJECTS && objects.size() < PAGE; number++) {
            if (number % EVERY != 1) {
                objects.add(new ObjectStore.Listed(
                        key(number), (number % EVERY == 2 ? "other-" : "etag-") + number, UPLOADED, 1000));
            }
        }
        if (++pages % 10 == 0) {
            System.gc();
            peak = Math.max(peak, used());
        }
        return new ObjectStore.Page(objects, number < OBJECTS ? key(number - 1) : null);
    }

    /** One object of {@link #page}. */
    private static Optional<ObjectStore.Listed> now(String key) {
        final long number = Long.parseLong(key.replaceAll(".*object-|\\.parquet", ""));
        return number % EVERY == 1
                ? Optional.empty()
                : Optional.of(new ObjectStore.Listed(
                        key, (number % EVERY == 2 ? "other-" : "etag-") + number, UPLOADED, 1000));
    }

    private static Listing of(
            Function<String, ObjectStore.Page> page, Function<String, Optional<ObjectStore.Listed>> now) {
        return new Listing() {
            @Override
            public ObjectStore.Page page(String after) {
                return page.apply(after);
            }

            @Override
            public Optional<ObjectStore.Listed> now(String key) {
                return now.apply(key);
            }
        };
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static final String INSERT = "INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state,"
            + " uploaded_at, event_at, revision) ";

    private Database postgres;

    @BeforeEach
    void start() throws Exception {
        postgres = SharedPostgres.database();
        final Settings settings = Settings.of(Map.of());
        postgres.execute(new SinkDefinition("upload-ledger", settings::plain, role -> role).tableSql());
    }

    private Reconciler.Result run(Listing listing, Reconciler.Way way, Duration grace, Set<String> published)
            throws Exception {
        try (Connection connection = postgres.connect()) {
            return new Reconciler(
                            listing,
                            new LedgerTable(connection, "usage"),
                            way,
                            new Reconciler.Options(
                                    "b", "", ObjectFilter.ALL, grace, PAGE, Duration.ofMinutes(1), limit),
                            Time.SYSTEM,
                            new Reconciler.Output() {
                                @Override
                                public void publish(BucketEvent event) {
                                    published.add(event.kind() + " " + event.key() + " " + event.etag());
                                }

                                @Override
                                public void flush() {}
                            })
                    .run(count -> {});
        }
    }

    private static Listing listing(Instant uploaded) {
        final List<ObjectStore.Listed> objects = List.of(
                new ObjectStore.Listed(key(1), "etag", uploaded, 1),
                new ObjectStore.Listed(key(2), "etag", uploaded, 1),
                new ObjectStore.Listed("elsewhere/x", "etag", uploaded, 1));
        return of(after -> new ObjectStore.Page(objects, null), key -> objects.stream()
                .filter(object -> object.key().equals(key))
                .findFirst());
    }

    @Test
    void shouldNotTakeAnOldListingForTheBucket() throws Exception {
        final Set<String> published = new TreeSet<>();
        final List<ObjectStore.Listed> listed = List.of(
                new ObjectStore.Listed(key(1), "old", UPLOADED, 1), new ObjectStore.Listed(key(2), "old", UPLOADED, 1));
        final Reconciler.Result result = run(
                of(
                        after -> new ObjectStore.Page(listed, null),
                        // One was overwritten since, the other removed.
                        key -> key.equals(key(2))
                                ? Optional.empty()
                                : Optional.of(new ObjectStore.Listed(key, "new", UPLOADED, 1))),
                timeout -> {
                    execute(INSERT + "VALUES ('b', '" + key(1)
                            + "', 'new', '', 'SPLIT', '2025-11-03', '2025-11-03', 1)");
                    return null;
                },
                Duration.ofMinutes(1),
                published);
        assertEquals(Set.of(), published);
        assertEquals(0, result.created() + result.removed());
    }

    @Test
    void shouldAskForACurrentVersionThatIsKnownAsReplaced() throws Exception {
        // Its notification was handled while readers still saw the version before it, of the same second.
        final String insert = "INSERT INTO usage.upload_ledger (bucket, object_key, etag, version_id, state, reason,"
                + " uploaded_at, event_at, revision) VALUES ('b', '";
        execute(insert + key(1) + "', 'before', '', 'SUPERSEDED', 'a newer version', '2025-11-02', '2025-11-02', 3)");
        execute(insert + key(1) + "', 'etag', '', 'SUPERSEDED', 'a newer version', '2025-11-03', '2025-11-03', 2)");
        // This one is current, and other objects have its line items.
        execute(insert + key(2) + "', 'etag', '', 'SUPERSEDED', 'a winning manifest', '2025-11-03', '2025-11-03', 3)");
        final Set<String> published = new TreeSet<>();
        final Reconciler.Result result = run(listing(UPLOADED), timeout -> null, Duration.ofMinutes(1), published);
        assertEquals(Set.of("CREATED " + key(1) + " etag"), published);
        assertEquals(1, result.created());
    }

    @Test
    void shouldNotDoubleWhatIsOnItsWay() throws Exception {
        final Set<String> published = new TreeSet<>();
        final Reconciler.Result result = run(
                listing(UPLOADED),
                timeout -> {
                    // While it is waited, the ledger hears of one of the two.
                    execute(INSERT + "VALUES ('b', '" + key(1) + "', 'etag', '', 'SPLIT', now(), now(), 1)");
                    return null;
                },
                Duration.ofMinutes(1),
                published);
        assertEquals(Set.of("CREATED " + key(2) + " etag"), published);
        assertEquals(1, result.created());
    }

    private void execute(String sql) {
        try {
            postgres.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldPublishNothingWhereWhatIsOnItsWayIsLate() throws Exception {
        final Set<String> published = new TreeSet<>();
        final Reconciler.Result result =
                run(listing(UPLOADED), timeout -> "the splitter is behind", Duration.ofMinutes(1), published);
        assertEquals(Set.of(), published);
        assertEquals("the splitter is behind", result.late());
    }

    private static final Listing NOTHING = of(after -> new ObjectStore.Page(List.of(), null), key -> Optional.empty());

    private void know(int objects) {
        execute(INSERT
                + "SELECT 'b', 'data/org/OCP/source=00000000-0000-4000-8000-000000000001/pod_usage/day=01/object-'"
                + " || lpad(n::text, 8, '0') || '.parquet', 'etag-' || n, '', 'LOADED', '2025-11-03', '2025-11-03', 4"
                + " FROM generate_series(0, " + (objects - 1) + ") n");
    }

    @Test
    void shouldNotTakeAnEmptyListingForAnEmptyBucket() throws Exception {
        know(1_500);
        final Set<String> published = new TreeSet<>();
        final Reconciler.Result result = run(NOTHING, timeout -> null, Duration.ofMinutes(1), published);
        assertEquals(Set.of(), published);
        assertEquals(0, result.removed());
        assertTrue(result.refused().contains("more than 150 objects"), result.refused());

        limit = RemovalLimit.NONE;
        final Reconciler.Result meant = run(NOTHING, timeout -> null, Duration.ofMinutes(1), published);
        assertEquals(1_500, meant.removed());
        assertEquals(1_500, published.size());
        assertNull(meant.refused());
    }

    @Test
    void shouldDeclareAFewObjectsRemovedWhateverTheirShare() throws Exception {
        know(100);
        final Set<String> published = new TreeSet<>();
        final Reconciler.Result result = run(NOTHING, timeout -> null, Duration.ofMinutes(1), published);
        assertEquals(100, result.removed());
        assertEquals(100, published.size());
        assertNull(result.refused());
    }

    @Test
    void shouldAllowNoMoreThanIsHeldInMemory() {
        assertEquals(150, new RemovalLimit(10, 100, 10_000).of(1_500));
        assertEquals(100, new RemovalLimit(10, 100, 10_000).of(7));
        assertEquals(10_000, new RemovalLimit(10, 100, 10_000).of(Long.MAX_VALUE));
        assertEquals(5, new RemovalLimit(10, 100, 5).of(0));
    }

    @Test
    void shouldLeaveYoungObjectsToTheirNotification() throws Exception {
        final Set<String> published = new TreeSet<>();
        final Reconciler.Result result = run(listing(Instant.now()), timeout -> null, Duration.ofMinutes(1), published);
        assertEquals(Set.of(), published);
        assertEquals(3, result.listed());
    }

    @Test
    void shouldReconcileALargeBucketInMemoryThatStaysFlat() throws Exception {
        execute(INSERT
                + "SELECT 'b', 'data/org/OCP/source=00000000-0000-4000-8000-000000000001/pod_usage/day=01/object-'"
                + " || lpad(n::text, 8, '0') || '.parquet', 'etag-' || n, '', 'LOADED', '2025-11-03', '2025-11-03', 4"
                + " FROM generate_series(0, " + (OBJECTS - 1) + ") n WHERE n % " + EVERY + " <> 0");
        execute("ANALYZE usage.upload_ledger");
        final TreeSet<String> published = new TreeSet<>();
        System.gc();
        final long before = used();
        final long start = System.nanoTime();
        final Reconciler.Result result =
                run(of(this::page, ReconcilerIT::now), timeout -> null, Duration.ofMinutes(1), published);
        final long millis = (System.nanoTime() - start) / 1_000_000;
        final TreeSet<String> expected = new TreeSet<>();
        LongStream.range(0, OBJECTS).forEach(number -> {
            switch ((int) (number % EVERY)) {
                case 0 -> expected.add("CREATED " + key(number) + " etag-" + number);
                case 1 -> expected.add("REMOVED " + key(number) + " etag-" + number);
                case 2 -> expected.add("CREATED " + key(number) + " other-" + number);
                default -> {}
            }
        });
        assertEquals(expected, published);
        assertEquals(OBJECTS - expected.size() / 3, result.listed());
        System.out.printf(
                "reconcile: %d objects, %d ms, heap %+d KiB at most while it ran%n",
                OBJECTS, millis, (peak - before) / 1024);
        assertTrue(peak - before < 32 << 20, "heap in use grew by " + (peak - before) + " bytes");
    }
}
