package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.usagestreams.splitter.testing.PoisonFile;
import org.usagestreams.splitter.testing.SmallHeap;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ReportType;

/** Small valid files that would cost gigabytes or minutes cost neither, in a process with a heap of 256 MB, which goes on. */
class PoisonFileIT {
    /** Of processor time, which a busy machine does not lengthen much; most of it is spent in code not yet compiled. */
    private static final long MILLIS = 4_000;

    private static final SmallHeap SPLITTER = new SmallHeap();

    @AfterAll
    static void stop() throws Exception {
        SPLITTER.close();
    }

    @ParameterizedTest
    @EnumSource(PoisonFile.class)
    void shouldReadOrRefuseSmallFilesThatUnfold(PoisonFile file) {
        final byte[] bytes = file.bytes();
        assertThat(bytes).hasSizeLessThan(1 << 20);
        final SmallHeap.Outcome outcome = SPLITTER.split(ReportType.POD_USAGE, bytes);
        assertThat(outcome.isExpected()).as(outcome.what()).isTrue();
        assertThat(outcome.cpuMillis()).isLessThan(MILLIS);
        assertThat(outcome.what()).contains(reason(file));
        final SmallHeap.Outcome next = SPLITTER.split(ReportType.POD_USAGE, RandomReports.pods("2026-11-01", "shop"));
        assertThat(next.what()).isEqualTo("read 1 rows, 0 unreadable labels");
    }

    private static String reason(PoisonFile file) {
        return switch (file) {
            case MAP_OF_ONE_VALUE -> "read 1 rows, 1 unreadable labels";
            case MAPS_OF_FEW_VALUES, TEXTS_BEHIND_A_LIE ->
                "refused column pod_labels in row group 0: its texts are decoded to more than";
            case EQUAL_ROWS, NULLS -> "refused its needed columns claim 1999999983 values, over the limit of 20";
        };
    }
}
