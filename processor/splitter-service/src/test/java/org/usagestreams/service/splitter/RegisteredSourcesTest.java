package org.usagestreams.service.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.MockTopic;

/** Whose sources are whose, by records of reference data. */
class RegisteredSourcesTest {
    private static final String TOPIC = "usage.clusters";
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";

    private final MockTopic topic = new MockTopic(TOPIC);
    private final RegisteredSources sources = new RegisteredSources(topic, Map.of(), TOPIC);

    @BeforeEach
    void load() {
        sources.load();
    }

    private void read(String organisation, String value) {
        topic.add(organisation + "|" + SOURCE, value == null ? null : value.getBytes(UTF_8));
        sources.step();
    }

    @Test
    void shouldNameTheOrganisationThatASourceIsRegisteredTo() {
        assertThat(sources.otherOwner("org1", SOURCE)).isEmpty();
        read("org2", "{}");
        assertThat(sources.otherOwner("org1", SOURCE)).contains("org2");
        assertThat(sources.otherOwner("org2", SOURCE)).isEmpty();
        assertThat(sources.otherOwner("", SOURCE)).contains("org2");
        read("org1", "{}");
        assertThat(sources.otherOwner("org1", SOURCE)).isEmpty();
        read("org1", null);
        assertThat(sources.otherOwner("org1", SOURCE)).contains("org2");
        read("org2", null);
        assertThat(sources.otherOwner("org1", SOURCE)).isEmpty();
    }

    @Test
    void shouldLetEveryOrganisationNameWhatIsRegisteredToAll() {
        read("org2", "{}");
        read("", "{}");
        assertThat(sources.otherOwner("org1", SOURCE)).isEmpty();
    }
}
