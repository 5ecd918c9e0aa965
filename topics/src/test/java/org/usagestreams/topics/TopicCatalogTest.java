package org.usagestreams.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicCatalogTest {
    @Test
    void shouldShipATopicForEachRole() {
        final TopicCatalog catalog = TopicCatalog.shipped();
        assertEquals(TopicRole.values().length, catalog.all().size());
        assertEquals("compact", catalog.get(TopicRole.CHUNKS).topicConfig().get("cleanup.policy"));
        assertEquals("604800000", catalog.get(TopicRole.CHUNKS).topicConfig().get("delete.retention.ms"));
        assertEquals("604800000", catalog.get(TopicRole.OBJECTS).topicConfig().get("retention.ms"));
    }

    @Test
    void shouldScaleAllScaledTopicsTogether() {
        final TopicCatalog catalog = TopicCatalog.shipped().withPartitions(5);
        assertEquals(5, catalog.get(TopicRole.CHUNKS).partitions());
        assertEquals(5, catalog.get(TopicRole.RETRACTIONS).partitions());
        assertEquals(1, catalog.get(TopicRole.CLUSTERS).partitions());
    }

    @Test
    void shouldListAllThatIsWrongWithAFile(@TempDir Path directory) throws IOException {
        final Path file = directory.resolve("topics.yaml");
        Files.writeString(
                file,
                "topics:\n  - {role: CHUNKS, name: c, about: a, key: k, value: v, partitions: 3, cleanup: compact, retention: soon}\n");
        final IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TopicCatalog.read(file));
        assertTrue(e.getMessage().contains("topic c"), e.getMessage());
        assertTrue(e.getMessage().contains("no topic has the role SUMMARY"), e.getMessage());
    }
}
