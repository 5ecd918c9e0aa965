package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.usagestreams.settings.Settings;

class KafkaStreamsNamesTest {
    /** Services without Kafka Streams check its names, too, since the services of an installation may share a file. */
    @Test
    void shouldKnowThePropertiesOfThisVersion() throws IOException {
        try (InputStream in = Settings.class.getResourceAsStream("kafka-streams-properties.txt")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .containsExactlyElementsOf(
                            new TreeSet<>(StreamsConfig.configDef().names()));
        }
    }
}
