package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.usagestreams.console.access.Tokens;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.operations.deadletter.DeadLetterSelection;
import org.usagestreams.operations.deadletter.DeadLetters;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.deadletter.DeadLetter;

/**
 * Retries and discards dead letters, as the command {@code deadletters} does. What is confirmed is what was shown: where it has
 * changed meanwhile, nothing is done. Thread-safe.
 */
final class LetterActions {
    /** Most at once, the latest. */
    private static final int AT_ONCE = 1_000;

    private static final int SHOWN = 50;

    private final Settings settings;
    private final Changes changes;
    private final boolean retry;

    /** @param retry whether they are retried; else they are discarded */
    LetterActions(Settings settings, Changes changes, boolean retry) {
        this.settings = settings;
        this.changes = changes;
        this.retry = retry;
    }

    private String name() {
        return retry ? "retry" : "discard";
    }

    /** What it touches, and what a confirmation has to say as {@code seen}. */
    ObjectNode preview(Ask ask, User user) {
        if (!user.isOperator()) {
            throw Refusal.forbidden("Only operators can retry and discard.");
        }
        try (DeadLetters letters = new DeadLetters(settings, KafkaClients.real())) {
            final Map<String, DeadLetter> meant = meant(letters, ask, user);
            final ObjectNode screen = JSON.createObjectNode().put("action", name());
            int possible = 0;
            final ArrayNode shown = screen.putArray("letters");
            for (final Map.Entry<String, DeadLetter> letter : meant.entrySet()) {
                final String obstacle = retry ? letters.obstacle(letter.getValue()) : null;
                possible += obstacle == null ? 1 : 0;
                if (shown.size() < SHOWN) {
                    shown.add(Screens.letter(letter.getKey(), letter.getValue()).put("obstacle", obstacle));
                }
            }
            screen.put("count", meant.size()).put("possible", possible).put("most", AT_ONCE);
            return screen.put("seen", seen(meant));
        } catch (KafkaException e) {
            throw Refusal.unavailable("Kafka does not answer: " + e.getMessage(), e);
        }
    }

    /** Does it. */
    ObjectNode run(Ask ask, User user) {
        if (!user.isOperator()) {
            throw Refusal.forbidden("Only operators can retry and discard.");
        }
        try (DeadLetters letters = new DeadLetters(settings, KafkaClients.real())) {
            final Map<String, DeadLetter> meant = meant(letters, ask, user);
            if (!Tokens.same(seen(meant), Query.required(ask, "seen"))) {
                throw Refusal.conflict("The dead letters have changed since they were shown. Check them again.");
            }
            final List<String> ids = new ArrayList<>(meant.keySet());
            final ObjectNode subject = JSON.createObjectNode().put("count", ids.size());
            subject.set("ids", JSON.valueToTree(ids));
            return changes.make(user, ask.caller(), name(), subject, () -> run(letters, ids));
        } catch (KafkaException e) {
            throw Refusal.unavailable("Kafka does not answer: " + e.getMessage(), e);
        }
    }

    private ObjectNode run(DeadLetters letters, List<String> ids) throws Exception {
        final DeadLetterSelection selection = DeadLetterSelection.of(ids);
        final ObjectNode result = JSON.createObjectNode().put("action", name());
        final ArrayNode left = result.putArray("left");
        final int[] done = new int[1];
        if (retry) {
            letters.retry(selection, attempt -> {
                if (attempt.obstacle() == null) {
                    done[0]++;
                } else {
                    left.addObject().put("id", attempt.id()).put("obstacle", attempt.obstacle());
                }
            });
        } else {
            letters.discard(selection, id -> done[0]++);
        }
        return result.put("done", done[0]);
    }

    private static Map<String, DeadLetter> meant(DeadLetters letters, Ask ask, User user) {
        final String id = ask.text("id");
        final String reason = Query.orNull(ask.text("reason"));
        final DeadLetter.Step step = Query.one(ask, "step", DeadLetter.Step.class, null);
        final String organisation = Query.orNull(ask.text("organisation"));
        if (id.isEmpty() && step == null) {
            throw Refusal.badQuery("Select dead letters with an id or a step.");
        }
        final DeadLetterSelection selection =
                new DeadLetterSelection(organisation, null, reason, step, null, id.isEmpty() ? List.of() : List.of(id));
        final Map<String, DeadLetter> meant = new LinkedHashMap<>();
        try {
            letters.list(selection, AT_ONCE).forEach((key, letter) -> {
                // A selection takes reasons that contain the text; a group on the page has one reason.
                if ((reason == null || reason.equals(letter.reason()))
                        && user.mayChange(letter.organisation().orElse(null))) {
                    meant.put(key, letter);
                }
            });
        } catch (IOException e) {
            throw Refusal.conflict(e.getMessage());
        }
        return meant;
    }

    /** The same for the same dead letters. */
    private static String seen(Map<String, DeadLetter> letters) {
        final StringBuilder all = new StringBuilder();
        letters.forEach((id, letter) ->
                all.append(id).append('\n').append(letter.time()).append('\n'));
        return Tokens.hash(all.toString());
    }
}
