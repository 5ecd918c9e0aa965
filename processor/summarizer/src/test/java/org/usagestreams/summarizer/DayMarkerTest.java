package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.summarizer.Pods.file;
import static org.usagestreams.summarizer.Pods.pod;
import static org.usagestreams.summarizer.Pods.version;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Readmission;
import org.usagestreams.wire.message.Resummarise;

/** Each pass over a day that publishes something ends with the day's marker. */
class DayMarkerTest {
    private static final String DAY = Pods.ORGANISATION + "|" + Pods.SOURCE + "|2025-11-03";

    private final TopologyHarness harness = new TopologyHarness(TopologySettings.DEFAULTS.withRetentionDays(30));

    @AfterEach
    void close() {
        harness.close();
    }

    private void put(ObjectVersion version, String namespace) {
        Splitting.split(History.LIMITS, version, file(List.<Object[]>of(pod("2025-11-03", 0, namespace, "web"))))
                .forEach((key, value) -> harness.chunk(key.toString(), value));
        harness.settle();
    }

    private String last() {
        assertThat(harness.unfinished)
                .as("days with rows behind their last marker")
                .isEmpty();
        return harness.markers.get(harness.markers.size() - 1);
    }

    private static long epoch(String marker) {
        return Long.parseLong(marker.replaceAll(".*\"epoch\":|,.*", ""));
    }

    @Test
    void shouldEndEachPassWithAMarkerThatSaysWhatIsPublished() {
        put(version("a", 1), "shop");
        assertThat(last())
                .startsWith("{\"usage_end\":20395,\"epoch\":17")
                .contains("\"revision\":1,\"row_count\":2,\"rows_set_aside\":0,\"live_objects\":1")
                .contains("\"pod_usage_complete_hours\":1");
        put(version("b", 2), "mail");
        assertThat(last()).contains("\"revision\":2,\"row_count\":3,");
        assertThat(harness.markers).hasSize(2);
    }

    @Test
    void shouldWriteAMarkerWhereOnlyTheObjectsHaveChanged() {
        put(version("a", 1), "shop");
        put(version("a", 2), "shop");
        assertThat(harness.markers)
                .as("the same rows, of the same number of objects")
                .hasSize(1);
        put(version("b", 3), "n".repeat(254));
        assertThat(last()).contains("\"rows_set_aside\":1,\"live_objects\":2");
    }

    @Test
    void shouldNeverGoBackWhenADayIsEmptiedAndComesAgain() {
        put(version("a", 1), "shop");
        final String first = last();
        harness.gone(version("a", 2));
        harness.settle();
        assertThat(last()).contains("\"revision\":2,\"row_count\":0,\"rows_set_aside\":0,\"live_objects\":0");
        put(version("a", 3), "shop");
        assertThat(last()).contains("\"revision\":3,\"row_count\":2,");
        assertThat(epoch(last())).isEqualTo(epoch(first));
    }

    @Test
    void shouldBeginALaterEpochWhenADayWasForgotten() {
        put(version("a", 1), "shop");
        final String first = last();
        harness.advance(Duration.ofDays(12).toMillis());
        assertThat(harness.stores.days()).isEmpty();
        harness.order(
                DAY,
                DayCommand.newBuilder()
                        .setReadmission(Readmission.newBuilder().setUntilMillis(Long.MAX_VALUE))
                        .build());
        put(version("a", 5), "shop");
        assertThat(epoch(last())).isGreaterThan(epoch(first));
        assertThat(last()).contains("\"revision\":1,\"row_count\":2,");
    }

    @Test
    void shouldWriteNothingOfADayThatNeverWas() {
        harness.order(
                DAY,
                DayCommand.newBuilder()
                        .setResummarise(Resummarise.getDefaultInstance())
                        .build());
        harness.settle();
        assertThat(harness.markers).isEmpty();
        assertThat(harness.stores.days()).isEmpty();
    }

    @Test
    void shouldEndAPassThatOnlyRemovesRows() {
        final UUID stray = UUID.fromString("00000000-0000-5000-8000-0000000000ff");
        final ByteBuffer uuid = ByteBuffer.allocate(16)
                .putLong(stray.getMostSignificantBits())
                .putLong(stray.getLeastSignificantBits());
        harness.order(
                DAY,
                DayCommand.newBuilder()
                        .setResummarise(
                                Resummarise.newBuilder().setRewrite(true).setUuids(ByteString.copyFrom(uuid.flip())))
                        .build());
        harness.settle();
        assertThat(harness.published).isEqualTo(1);
        assertThat(last()).contains("\"revision\":1,\"row_count\":0,");
    }
}
