package org.usagestreams.splitter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import org.usagestreams.wire.chunk.ReportType;

/**
 * Files from a seed, all of which Parquet can parse: most are what another program could write, some say what is not true of their
 * sizes, counts and pages.
 *
 * @param report whose columns it has
 */
public record FuzzFile(ReportType report, byte[] bytes) {
    private static final List<ReportType> TYPES = List.of(ReportType.values());
    private static final int KINDS = 10;

    /** The file of a seed. */
    public static FuzzFile of(long seed) {
        final Random random = new Random(seed);
        final int kind = random.nextInt(KINDS);
        try {
            if (kind < 3) {
                return new FuzzFile(ReportType.POD_USAGE, new LyingFile(random).withPages());
            }
            final ReportType report = TYPES.get(random.nextInt(TYPES.size()));
            final byte[] honest = new RandomFile(random, report).write();
            return new FuzzFile(report, kind < 6 ? new LyingFile(random).withFooter(honest) : honest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
