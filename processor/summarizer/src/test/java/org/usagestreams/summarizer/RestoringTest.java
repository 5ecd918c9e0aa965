package org.usagestreams.summarizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.usagestreams.instance.MetricsPage;

class RestoringTest {
    @Test
    void shouldTellWhatIsLeftOfEachStore() {
        final MetricsPage page = new MetricsPage(List.of());
        final Restoring restoring = new Restoring();
        restoring.show(page);
        final TopicPartition first = new TopicPartition("app-chunks-changelog", 0);
        final TopicPartition second = new TopicPartition("app-chunks-changelog", 1);
        restoring.onRestoreStart(first, "chunks", 10, 110);
        restoring.onRestoreStart(second, "chunks", 0, 50);
        restoring.onBatchRestored(first, "chunks", 50, 40);
        assertTrue(text(page).contains("usage_streams_restore_remaining_records{store=\"chunks\"} 110.0"), text(page));
        assertEquals(", 110 records are left to be restored", restoring.detail());
        restoring.onRestoreEnd(first, "chunks", 100);
        restoring.onRestoreSuspended(second, "chunks", 0);
        assertFalse(text(page).contains("usage_streams_restore_remaining_records{"), text(page));
        assertEquals("", restoring.detail());
    }

    private static String text(MetricsPage page) {
        return new String(page.write(), StandardCharsets.UTF_8);
    }
}
