package org.usagestreams.simulation.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.usagestreams.simulation.pipeline.Operation.Kind;
import org.usagestreams.summarizer.TopologySettings;

/**
 * A history of the pipeline, drawn from a seed. With fewer operations it runs in a similar way, so a failing one can be shrunk.
 *
 * @param seed of what is decided while it runs: who goes on, and how long things take
 * @param config what it runs with
 * @param operations in order
 */
record PipelineHistory(long seed, Config config, List<Operation> operations) {
    private static final int PERCENT = 100;
    private static final int UPLOADS = 45;
    private static final int MOST_SKEW = 40_000;
    private static final Kind[] UPLOAD_KINDS = {
        Kind.PUT, Kind.PUT, Kind.PUT, Kind.PUT, Kind.PUT_TWICE_TOLD, Kind.PUT_NOT_TOLD, Kind.PUT_SEEN_LATE
    };
    private static final Kind[] OTHERS = {
        Kind.REMOVE,
        Kind.REMOVE,
        Kind.REMOVE_NOT_TOLD,
        Kind.REMOVE_IN_BATCH,
        Kind.EXPIRE_NONCURRENT,
        Kind.TAG,
        Kind.STORE_FAILS,
        Kind.FORBID,
        Kind.STORE_EMPTY,
        Kind.OLD_LISTING,
        Kind.KILL_SPLITTER,
        Kind.KILL_SPLITTER,
        Kind.PAUSE_SPLITTER,
        Kind.CUT_SPLITTER,
        Kind.START_SPLITTER,
        Kind.START_SPLITTER,
        Kind.KILL_SUMMARY,
        Kind.PAUSE_SUMMARY,
        Kind.START_SUMMARY,
        Kind.KILL_SINKS,
        Kind.START_SINKS,
        Kind.COMPACT,
        Kind.REPLAY_DAYS,
        Kind.REPLAY_BUCKET,
        Kind.REPLAY_TOPIC
    };

    /** Keeps a copy of the operations. */
    PipelineHistory {
        operations = List.copyOf(operations);
    }

    /**
     * The configuration.
     *
     * @param splitters processes, of one thread each
     * @param summaries instances of the topology, of one thread each
     * @param versioned whether the bucket keeps versions
     * @param minio whether events have MinIO's shape, else Amazon's
     * @param wholeSeconds whether listings tell times to the second
     * @param skewMillis how far the clock of the store's second server is ahead; negative where it is behind
     * @param expandTo the topics get so many partitions in the end; 0 if they stay as they are
     * @param expansionKilledAt step at which the first expansion is killed
     * @param ledgerVersions most versions of an object that the ledger's state remembers
     * @param reconcile how the bucket is compared with the ledger
     */
    record Config(
            int partitions,
            int sources,
            int objects,
            int dates,
            int splitters,
            int summaries,
            boolean versioned,
            boolean minio,
            boolean wholeSeconds,
            int skewMillis,
            int expandTo,
            int expansionKilledAt,
            int ledgerVersions,
            Reconciliations.Settings reconcile) {}

    /** Draws a history. */
    static PipelineHistory draw(long seed) {
        final Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        final Config config = new Config(
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                1 + random.nextInt(4),
                1 + random.nextInt(3),
                1 + random.nextInt(2),
                1 + random.nextInt(4) / 3,
                random.nextInt(3) == 0,
                random.nextInt(4) > 0,
                random.nextInt(3) == 0,
                random.nextInt(3) > 0 ? 0 : random.nextInt(2 * MOST_SKEW) - MOST_SKEW,
                random.nextInt(6) == 0 ? 3 + random.nextInt(2) : 0,
                random.nextInt(400),
                random.nextInt(2) == 0 ? 1 + random.nextInt(2) : TopologySettings.DEFAULTS.ledgerVersions(),
                new Reconciliations.Settings(
                        Duration.ofSeconds(10L + (long) random.nextInt(2) * random.nextInt(200)),
                        Duration.ofSeconds((long) random.nextInt(2) * random.nextInt(60)),
                        1 + random.nextInt(3),
                        random.nextInt(3)));
        final int count = 4 + random.nextInt(14);
        final List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            operations.add(operation(random, config, i + 1));
        }
        return new PipelineHistory(seed, config, operations);
    }

    private static Operation operation(Random random, Config config, int version) {
        final long after = random.nextInt(3) == 0 ? random.nextInt(30_000) : random.nextInt(300);
        final int object = random.nextInt(config.objects());
        final int splitter = random.nextInt(config.splitters());
        final int summary = random.nextInt(config.summaries());
        final int delay = random.nextInt(4) == 0 ? random.nextInt(5_000) : 0;
        if (random.nextInt(PERCENT) < UPLOADS) {
            return new Operation(
                    after,
                    UPLOAD_KINDS[random.nextInt(UPLOAD_KINDS.length)],
                    object,
                    // Some uploads have contents that the object had before.
                    random.nextInt(5) == 0 ? 1 + random.nextInt(2) : version,
                    delay,
                    dates(random, config.dates()));
        }
        final Kind kind = OTHERS[random.nextInt(OTHERS.length)];
        final int steps = random.nextInt(120);
        final int millis = 1 + random.nextInt(3) * random.nextInt(60_000);
        return switch (kind) {
            case REMOVE, REMOVE_NOT_TOLD, EXPIRE_NONCURRENT -> new Operation(after, kind, object, 0, delay, List.of());
            case REMOVE_IN_BATCH -> new Operation(after, kind, object, 20 + random.nextInt(300), 0, List.of());
            case TAG -> new Operation(after, kind, object, random.nextInt(2), delay, List.of());
            case STORE_FAILS -> new Operation(after, kind, 0, 1 + random.nextInt(4), millis, List.of());
            case FORBID -> new Operation(after, kind, object, 0, millis, List.of());
            case STORE_EMPTY, OLD_LISTING -> new Operation(after, kind, 0, 0, millis, List.of());
            case KILL_SUMMARY, PAUSE_SUMMARY -> new Operation(after, kind, summary, steps, millis, List.of());
            case REPLAY_DAYS, REPLAY_BUCKET, REPLAY_TOPIC ->
                new Operation(after, kind, 0, random.nextInt(3) == 0 ? 1 + steps : 0, 0, List.of());
            case START_SUMMARY -> new Operation(after, kind, summary, random.nextInt(2), 0, List.of());
            default -> new Operation(after, kind, splitter, steps, millis, List.of());
        };
    }

    private static List<Integer> dates(Random random, int most) {
        final List<Integer> dates = new ArrayList<>();
        for (int date = 0; date < most; date++) {
            if (random.nextInt(3) > 0) {
                dates.add(date);
            }
        }
        return dates;
    }

    PipelineHistory with(List<Operation> fewer) {
        return new PipelineHistory(seed, config, fewer);
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("seed " + seed + ", " + config);
        operations.forEach(operation -> text.append("\n  ").append(operation));
        return text.toString();
    }
}
