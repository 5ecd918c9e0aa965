package org.usagestreams.summarizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.GoldenCase;
import org.usagestreams.testkit.PublishedRow;
import org.usagestreams.testkit.Rows;

/** The rules alone: what is in the bucket at the end of each golden case gives its expected rows. */
class GoldenSummaryTest {
    static Stream<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGiveTheExpectedRows(GoldenCase golden) {
        final Bucket bucket = new Bucket(SplitLimits.DEFAULTS);
        golden.live().values().forEach(put -> bucket.put(put.version(), put.bytes()));

        final List<Map<String, String>> rows = bucket.summarise(golden::reference).values().stream()
                .map(PublishedRow::columns)
                .toList();

        assertEquals(List.of(), Rows.differences(golden.expected(), rows));
    }
}
