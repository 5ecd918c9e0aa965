package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.reference.ReferenceKind;
import org.usagestreams.reference.ReferenceState;

/**
 * Reference data of an organisation, as the topics have it. They are read at most once in some seconds, for all viewers. Thread-safe.
 */
final class ReferenceScreen {
    private static final Duration FRESH = Duration.ofSeconds(20);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Map<ReferenceKind, String> FIELDS = new LinkedHashMap<>();

    static {
        FIELDS.put(ReferenceKind.CLUSTER, "clusters");
        FIELDS.put(ReferenceKind.ENABLED_KEY, "enabled_keys");
        FIELDS.put(ReferenceKind.COST_CATEGORY, "cost_categories");
        FIELDS.put(ReferenceKind.TAG_MAPPING, "tag_mappings");
    }

    private final Supplier<ReferenceState> topics;
    private final Clock clock;
    private Held held;
    private KafkaException failure;
    private Instant failed;

    private record Held(ReferenceState state, Instant at) {}

    /**
     * Shows these topics.
     *
     * @param topics reads all that they have; throws a {@link KafkaException} where the broker does not answer
     */
    ReferenceScreen(Supplier<ReferenceState> topics, Clock clock) {
        this.topics = topics;
        this.clock = clock;
    }

    /** While the broker does not answer, it is not asked for each viewer either. */
    private synchronized Held held() {
        final Instant now = clock.instant();
        if (failure != null && failed.plus(AFTER_FAILURE).isAfter(now)) {
            throw Refusal.unavailable("Kafka does not answer: " + failure.getMessage(), failure);
        }
        if (held == null || held.at().plus(FRESH).isBefore(now)) {
            try {
                held = new Held(topics.get(), clock.instant());
                failure = null;
            } catch (KafkaException e) {
                failure = e;
                failed = clock.instant();
                throw Refusal.unavailable("Kafka does not answer: " + e.getMessage(), e);
            }
        }
        return held;
    }

    ObjectNode reference(Ask ask, User user) {
        final String asked = Query.organisation(ask, user);
        final Held now = held();
        final NavigableSet<String> organisations = new TreeSet<>();
        now.state().organisations().stream()
                .filter(organisation -> !organisation.isEmpty() && user.mayRead(organisation))
                .forEach(organisations::add);
        final String organisation = asked.isEmpty() && !organisations.isEmpty() ? organisations.first() : asked;
        final ObjectNode screen = JSON.createObjectNode();
        screen.put("organisation", organisation).put("read_at", now.at().toString());
        screen.set("organisations", JSON.valueToTree(organisations));
        FIELDS.forEach((kind, field) -> {
            final ArrayNode records = screen.putArray(field);
            if (!organisation.isEmpty()) {
                add(now.state(), kind, organisation, records);
            }
            add(now.state(), kind, "", records);
        });
        return screen;
    }

    private static void add(ReferenceState state, ReferenceKind kind, String organisation, ArrayNode to) {
        state.of(kind, organisation).forEach((name, value) -> {
            final ObjectNode record = to.addObject().put("name", name).put("of_all", organisation.isEmpty());
            final JsonNode fields = parsed(value);
            if (fields.isObject()) {
                record.setAll((ObjectNode) fields);
            } else {
                record.put("unreadable", true);
            }
        });
    }

    private static JsonNode parsed(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            return JSON.nullNode();
        }
    }
}
