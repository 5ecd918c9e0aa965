package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.reference.ReferenceKey;
import org.usagestreams.reference.ReferenceKind;
import org.usagestreams.reference.ReferenceState;

class ReferenceScreenTest {
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final ReferenceState state = new ReferenceState();
    private final ReferenceScreen screen = new ReferenceScreen(
            () -> {
                reads.incrementAndGet();
                return state;
            },
            new Clock() {
                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now.get();
                }
            });

    private void put(ReferenceKind kind, String organisation, String name, String value) {
        state.put(kind, new ReferenceKey(organisation, name), value.getBytes(StandardCharsets.UTF_8));
    }

    private JsonNode shown(String organisation) {
        return screen.reference(new Ask("/reference", Map.of("organisation", organisation)), User.ANYBODY);
    }

    @Test
    void shouldShowWhatIsOfTheOrganisationAndOfAll() {
        put(
                ReferenceKind.CLUSTER,
                "org1",
                "s1",
                "{\"cluster_id\":\"c1\",\"report_periods\":[{\"month\":\"2025-11\",\"report_period_id\":7}]}");
        put(ReferenceKind.ENABLED_KEY, "", "app", "{\"enabled\":true}");
        put(ReferenceKind.ENABLED_KEY, "org2", "secret-of-org2", "{\"enabled\":true}");
        put(ReferenceKind.TAG_MAPPING, "org1", "app", "{\"parent\":\"application\"}");
        put(ReferenceKind.COST_CATEGORY, "org1", "1|x", "no JSON");
        final JsonNode shown = shown("org1");
        assertThat(shown.path("clusters").get(0).path("cluster_id").asText()).isEqualTo("c1");
        assertThat(shown.path("enabled_keys")).hasSize(1);
        assertThat(shown.path("enabled_keys").get(0).path("of_all").asBoolean()).isTrue();
        assertThat(shown.path("tag_mappings").get(0).path("parent").asText()).isEqualTo("application");
        assertThat(shown.path("cost_categories").get(0).path("unreadable").asBoolean())
                .isTrue();
        assertThat(shown.toString()).doesNotContain("secret-of-org2");
        assertThat(shown("").path("organisation").asText()).isEqualTo("org1");
    }

    @Test
    void shouldReadTheTopicsOnceForAllViewersOfSomeSeconds() {
        shown("org1");
        shown("org2");
        assertThat(reads).hasValue(1);
        now.set(now.get().plus(Duration.ofSeconds(21)));
        shown("org1");
        assertThat(reads).hasValue(2);
    }

    @Test
    void shouldSayThatKafkaDoesNotAnswer() {
        final ReferenceScreen broken = new ReferenceScreen(
                () -> {
                    throw new KafkaException("timeout");
                },
                Clock.systemUTC());
        assertThatThrownBy(() -> broken.reference(new Ask("/", Map.of()), User.ANYBODY))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("Kafka does not answer: timeout");
    }
}
