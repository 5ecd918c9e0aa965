package org.usagestreams.simulation.streams;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A history of the topology: a configuration and operations, drawn from a seed. The same history runs the same way each time, and with
 * fewer operations in a similar way, so a failing one can be shrunk.
 *
 * @param seed of the choices that are made while it runs
 * @param config what it runs with
 * @param operations in order
 */
record StreamsHistory(long seed, Config config, List<Operation> operations) {
    private static final Pattern OPERATION = Pattern.compile("\\+(\\d+)ms (\\w+) (\\d+) (\\d+)(?: \\[([\\d, ]*)])?");

    /** Keeps a copy of the operations. */
    StreamsHistory {
        operations = List.copyOf(operations);
    }

    /**
     * The configuration.
     *
     * @param dayMillis time that a pass over a day takes
     * @param transactionSeconds time-out of the topology's transactions
     * @param recordBytes {@code max.request.size} of the topology's producers
     */
    record Config(
            int partitions,
            int sources,
            int objects,
            int dates,
            int instances,
            int threads,
            long dayMillis,
            int transactionSeconds,
            int recordBytes) {}

    /** What can happen. */
    enum Kind {
        /** Contents b of object a, on dates. */
        PUT,
        /** Object a. */
        DELETE,
        /** A label key is enabled (a is 1) or disabled. */
        LABEL,
        /** Instance a is killed b places later. */
        KILL,
        /** Instance a ends in order. */
        STOP,
        /** Instance a starts if it does not run. */
        START,
        /** The disk of instance a is lost, if it does not run. */
        LOSE_DISK,
        /** Instance a does nothing for b seconds. */
        PAUSE,
        /** The splitter is killed b places later, and comes back with chunks of a rows. */
        KILL_SPLITTER,
        /** Topics are compacted. */
        COMPACT,
        /** Eight days pass while nothing is uploaded, with compaction before and after. */
        DAYS_PASS
    }

    /**
     * One operation.
     *
     * @param after milliseconds after the one before
     * @param dates of contents
     */
    record Operation(long after, Kind kind, int a, int b, List<Integer> dates) {
        @Override
        public String toString() {
            return "+" + after + "ms " + kind + " " + a + " " + b + (dates.isEmpty() ? "" : " " + dates);
        }
    }

    /** Draws a history. */
    static StreamsHistory draw(long seed) {
        final Random random = new Random(seed);
        final boolean crowd = random.nextInt(12) == 0;
        final boolean slow = random.nextInt(6) == 0;
        final Config config = new Config(
                1 + random.nextInt(3),
                1 + random.nextInt(2),
                crowd ? 30 : 2 + random.nextInt(4),
                crowd ? 1 : 1 + random.nextInt(4),
                1 + random.nextInt(2),
                1 + random.nextInt(2),
                slow ? 1_500 + random.nextInt(2_500) : random.nextInt(20),
                slow ? 5 : 60,
                6_000);
        final List<Operation> operations = new ArrayList<>();
        int version = 0;
        final int count = crowd ? 40 : 5 + random.nextInt(25);
        for (int i = 0; i < count; i++) {
            final Kind kind = crowd && i < 32 ? Kind.PUT : kind(random);
            final int object = crowd && i < 32 ? i % config.objects() : random.nextInt(config.objects());
            final long after = random.nextInt(3) == 0 ? random.nextInt(8_000) : random.nextInt(400);
            operations.add(
                    switch (kind) {
                        case PUT ->
                            new Operation(
                                    after,
                                    kind,
                                    object,
                                    random.nextInt(5) == 0 ? 0 : ++version,
                                    dates(random, config.dates()));
                        case DELETE -> new Operation(after, kind, object, 0, List.of());
                        case LABEL -> new Operation(after, kind, random.nextInt(2), 0, List.of());
                        case PAUSE ->
                            new Operation(
                                    after, kind, random.nextInt(config.instances()), random.nextInt(40), List.of());
                        case KILL ->
                            new Operation(
                                    after, kind, random.nextInt(config.instances()), random.nextInt(150), List.of());
                        case KILL_SPLITTER ->
                            new Operation(after, kind, 1 + random.nextInt(3), random.nextInt(20), List.of());
                        default -> new Operation(after, kind, random.nextInt(config.instances()), 0, List.of());
                    });
        }
        return new StreamsHistory(seed, config, operations);
    }

    private static Kind kind(Random random) {
        final int roll = random.nextInt(100);
        if (roll < 42) {
            return Kind.PUT;
        }
        final Kind[] others = {
            Kind.DELETE,
            Kind.DELETE,
            Kind.LABEL,
            Kind.KILL,
            Kind.KILL,
            Kind.STOP,
            Kind.START,
            Kind.START,
            Kind.LOSE_DISK,
            Kind.PAUSE,
            Kind.KILL_SPLITTER,
            Kind.COMPACT,
            Kind.DAYS_PASS
        };
        return others[random.nextInt(others.length)];
    }

    private static List<Integer> dates(Random random, int most) {
        final List<Integer> dates = new ArrayList<>();
        for (int date = 0; date < most; date++) {
            if (random.nextInt(2) == 0) {
                dates.add(date);
            }
        }
        if (dates.isEmpty() && random.nextInt(6) > 0) {
            dates.add(random.nextInt(most));
        }
        return dates;
    }

    /** Reads operations as {@link Operation#toString} writes them, one a line. */
    static List<Operation> parse(String lines) {
        return lines.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .map(StreamsHistory::parseOne)
                .toList();
    }

    private static Operation parseOne(String line) {
        final Matcher parts = OPERATION.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no operation: " + line);
        }
        final String dates = parts.group(5) == null ? "" : parts.group(5);
        return new Operation(
                Long.parseLong(parts.group(1)),
                Kind.valueOf(parts.group(2)),
                Integer.parseInt(parts.group(3)),
                Integer.parseInt(parts.group(4)),
                Arrays.stream(dates.split("[, ]+", -1))
                        .filter(date -> !date.isEmpty())
                        .map(Integer::valueOf)
                        .toList());
    }

    /** The history without some of its operations; what is left keeps its distance from what was before. */
    StreamsHistory without(int from, int to) {
        final List<Operation> left = new ArrayList<>(operations.subList(0, from));
        left.addAll(operations.subList(to, operations.size()));
        return new StreamsHistory(seed, config, left);
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + config + "\n  "
                + operations.stream().map(Operation::toString).collect(Collectors.joining("\n  "));
    }
}
