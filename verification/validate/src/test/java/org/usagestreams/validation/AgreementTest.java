package org.usagestreams.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * Property: the rules and the statement of DuckDB, which share nothing, derive the same rows from a random bucket. More buckets with
 * {@code -Dagreement.buckets=500}, others with {@code -Dagreement.seed=1000}.
 */
class AgreementTest {
    @TempDir
    private Path directory;

    static LongStream seeds() {
        final long first = Long.getLong("agreement.seed", 1);
        return LongStream.range(first, first + Integer.getInteger("agreement.buckets", 12));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldDeriveTheRowsThatTheRulesDerive(long seed) throws Exception {
        final RandomBucket random = new RandomBucket(seed);
        final Bucket bucket = new Bucket(SplitLimits.DEFAULTS.withBatches(1000, 1 << 20));
        random.objects().forEach(object -> bucket.put(object.version(), object.bytes()));
        final Path table = PublishedTable.write(bucket.summarise(random::reference), directory.resolve("table.csv"));
        try (ExpectedSummary summary = new ExpectedSummary("1GB", directory)) {
            summary.add(random.rows());
            int number = 0;
            for (final RandomBucket.Entry object : random.objects()) {
                final ObjectVersion version = object.version();
                assertThat(summary.add(new ReportObject(
                                Files.write(directory.resolve(number++ + ".parquet"), object.bytes()),
                                version.getKey(),
                                Instant.ofEpochMilli(version.getUploadedMillis()),
                                version.hasManifestId() ? version.getManifestId() : null,
                                version.getReportHours())))
                        .isEmpty();
            }
            final Comparison.Result result =
                    new Comparison(summary, true).compare(table, new Validation.Scope(null, null, null, 10));
            assertThat(result.differences()).isEmpty();
            assertThat(result.differing()).isZero();
        }
    }
}
