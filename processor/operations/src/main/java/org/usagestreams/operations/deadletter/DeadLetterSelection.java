package org.usagestreams.operations.deadletter;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.usagestreams.wire.deadletter.DeadLetter;

/**
 * Which dead letters are meant: those for which all of this holds.
 *
 * @param organisation as object keys and days name it; null for any
 * @param object a part of {@code bucket/key}, or of the input's place; null for any
 * @param reason a part of the reason; null for any
 * @param step where in the flow; null for any
 * @param after set aside later than this; null for any time
 * @param ids one of these, each as a key or as its part behind {@code #}; empty for any
 */
public record DeadLetterSelection(
        String organisation, String object, String reason, DeadLetter.Step step, Instant after, List<String> ids) {
    /** One of these. */
    public static DeadLetterSelection of(List<String> ids) {
        return new DeadLetterSelection(null, null, null, null, null, ids);
    }

    /** Whether every dead letter is meant. */
    public boolean isAll() {
        return organisation == null
                && object == null
                && reason == null
                && step == null
                && after == null
                && ids.isEmpty();
    }

    /** Whether this holds of a dead letter, whatever its id. */
    boolean matches(DeadLetter deadLetter) {
        return (organisation == null
                        || deadLetter
                                .organisation()
                                .filter(organisation::equals)
                                .isPresent())
                && (object == null || deadLetter.subject().contains(object))
                && (reason == null || deadLetter.reason().contains(reason))
                && (step == null || deadLetter.step() == step)
                && (after == null || Instant.parse(deadLetter.time()).isAfter(after));
    }

    /**
     * Removes all keys that are not meant.
     *
     * @throws IOException where a key is meant that is not there
     */
    void keep(Set<String> keys) throws IOException {
        if (ids.isEmpty()) {
            return;
        }
        for (final String id : ids) {
            if (keys.stream().noneMatch(key -> isMeant(id, key))) {
                throw new IOException(
                        "Cannot find dead letter " + id + ": it does not exist, or was settled. See deadletters list.");
            }
        }
        keys.removeIf(key -> ids.stream().noneMatch(id -> isMeant(id, key)));
    }

    private static boolean isMeant(String id, String key) {
        return key.equals(id) || key.endsWith("#" + id);
    }
}
