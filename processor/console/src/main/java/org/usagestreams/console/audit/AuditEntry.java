package org.usagestreams.console.audit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * What somebody did, or what came of it.
 *
 * @param id of the entry
 * @param action the same in all entries of one action
 * @param who the user's name
 * @param address from where
 * @param what such as {@code retry}
 * @param subject what it is done to, JSON
 * @param detail for people; empty before there is anything to say
 */
public record AuditEntry(
        UUID id,
        UUID action,
        Instant time,
        String who,
        String address,
        String what,
        Outcome outcome,
        String subject,
        String detail) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST = 8_000;

    /** How far an action is. */
    public enum Outcome {
        /** It is about to begin. */
        BEGUN,
        /** It is done. */
        DONE,
        /** It failed, perhaps in part. */
        FAILED
    }

    /** Cuts texts that may come from outside. */
    public AuditEntry {
        subject = cut(subject);
        detail = cut(detail);
    }

    private static String cut(String text) {
        final String clean = text.replace('\0', '?');
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST);
    }

    /** The entry of what came of it. */
    AuditEntry ended(UUID other, Instant at, Outcome how, String said) {
        return new AuditEntry(other, action, at, who, address, what, how, subject, said);
    }

    /** As it stands on the topic. */
    byte[] toJson() {
        final ObjectNode json = JSON.createObjectNode();
        json.put("id", id.toString()).put("action_id", action.toString()).put("at", time.toString());
        json.put("who", who).put("address", address).put("action", what).put("outcome", outcome.name());
        json.put("subject", subject).put("detail", detail);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
