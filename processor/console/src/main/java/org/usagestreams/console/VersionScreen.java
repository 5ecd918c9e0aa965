package org.usagestreams.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.operations.replay.DayScope;
import org.usagestreams.operations.replay.VersionComparison;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;

/**
 * What a new version of the program, which {@code replay --new-version} ran beside, would change: by column, with examples. For one
 * person at a time, and within bounds. Thread-safe.
 */
final class VersionScreen {
    private final VersionComparison comparison;
    private final VersionComparison.Bounds bounds;
    private final Semaphore one = new Semaphore(1);

    VersionScreen(Settings settings) {
        comparison = new VersionComparison(settings, KafkaClients.real(), Time.SYSTEM);
        bounds = new VersionComparison.Bounds(
                settings.integer("console.compare.rows"), settings.millis("console.compare.ms"));
    }

    /** Adds the versions that can be compared; those who see some organisations only see none. */
    ObjectNode addTo(ObjectNode screen, User user) {
        final ArrayNode versions = screen.putArray("new_versions");
        if (isAllowed(user)) {
            try {
                comparison.versions().forEach(versions::add);
            } catch (KafkaException e) {
                screen.put("new_versions_error", String.valueOf(e.getMessage()));
            }
        }
        return screen;
    }

    private static boolean isAllowed(User user) {
        return user.isOperator() && user.isOfAll();
    }

    /** The comparison of one version. */
    ObjectNode compare(Ask ask, User user) {
        if (!isAllowed(user)) {
            throw Refusal.forbidden("Only an operator of all organisations compares versions.");
        }
        final String application = Query.required(ask, "application");
        final DayScope scope = scope(ask);
        if (!one.tryAcquire()) {
            throw Refusal.conflict("Versions are being compared for somebody else. Try again in a moment.");
        }
        try {
            final List<String> versions = comparison.versions();
            if (!versions.contains(application)) {
                throw Refusal.badQuery("There is no new version " + application + ". There are: " + versions);
            }
            final ObjectNode screen = SystemState.JSON.valueToTree(comparison.compare(application, scope, bounds));
            return screen.put("application", application);
        } catch (KafkaException e) {
            throw Refusal.unavailable("Kafka does not answer: " + e.getMessage(), e);
        } finally {
            one.release();
        }
    }

    private static DayScope scope(Ask ask) {
        final LocalDate from = Query.date(ask, "from", null);
        final LocalDate to = Query.date(ask, "to", null);
        final UUID source = Query.uuid(ask, "source");
        return new DayScope(
                Query.orNull(ask.text("organisation")),
                source == null ? null : source.toString().toLowerCase(Locale.ROOT),
                from,
                to);
    }
}
