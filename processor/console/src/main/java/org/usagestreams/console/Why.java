package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The plain answer to "why is my file not in?".
 *
 * @param tone {@code good}, {@code wait} or {@code bad}
 * @param headline in a few words
 * @param detail what happened, and what to do
 * @param runbook page and section under {@code docs/}; empty for none
 */
record Why(String tone, String headline, String detail, String runbook) {
    private static final String LIFE = "life-of-a-file.md";

    /**
     * What else matters to a file.
     *
     * @param sinkRuns whether the sink's tasks run; null where that is not known
     * @param sinkBehind records that the sink has not loaded yet; null where that is not known
     * @param refused a day of the file that PostgreSQL refuses, with PostgreSQL's message; null for none
     */
    record Surroundings(Boolean sinkRuns, Long sinkBehind, String refused) {
        static final Surroundings UNKNOWN = new Surroundings(null, null, null);
    }

    /**
     * The answer for an object.
     *
     * @param versions the ledger's entries of the object, the newest first
     */
    static Why of(List<JsonNode> versions, Surroundings around) {
        if (versions.isEmpty()) {
            return new Why(
                    "bad",
                    "Not notified",
                    "The ledger does not know this object: no notification of it was read. Check that the key and the bucket are"
                            + " right, and that the bucket sends notifications. Reconciliation finds objects without a"
                            + " notification every reconcile.interval.ms; scripts/reconcile does it at once.",
                    LIFE + "#when-a-notification-is-lost");
        }
        final JsonNode entry = versions.get(0);
        final String reason = entry.path("reason").asText("");
        return switch (entry.path("state").asText()) {
            case "LOADED" -> loaded(entry);
            case "RECEIVED" ->
                new Why(
                        "wait",
                        "Waiting to be read",
                        "The notification was read, but the object was not read yet. "
                                + (reason.isEmpty() ? "It waits for its turn." : "Reason: " + reason),
                        LIFE);
            case "SPLIT" ->
                new Why(
                        "wait",
                        "Waiting for a processor",
                        "All line items are on the chunk topic. A processor has not summarised the days yet. If this"
                                + " does not change, check whether a processor is running.",
                        "operations.md#usagechangeunpublished");
            case "COUNTED" -> counted(around);
            case "SUPERSEDED" ->
                new Why(
                        "good",
                        "Superseded",
                        "Something else counts instead: " + (reason.isEmpty() ? "the ledger does not say what" : reason)
                                + ". If that is removed, this version counts again.",
                        LIFE);
            case "REMOVED" ->
                new Why(
                        "bad",
                        "Removed",
                        "The object is no longer in the bucket, so its rows are gone. Upload it again.",
                        LIFE);
            case "IGNORED" ->
                new Why(
                        "bad",
                        "Ignored",
                        (reason.isEmpty() ? "The key is not the key of a report." : "Reason: " + reason + ".")
                                + " Keys look like data/ORG/OCP/source=UUID/…/REPORT/NAME.parquet; the settings objects.include and"
                                + " objects.exclude can leave objects out.",
                        "reference/input.md");
            case "FAILED" ->
                new Why(
                        "bad",
                        "Failed at step " + entry.path("failed_step").asText("unknown"),
                        reason,
                        LIFE + "#when-something-fails");
            default -> new Why("wait", entry.path("state").asText(), reason, LIFE);
        };
    }

    private static Why loaded(JsonNode entry) {
        if (entry.path("all_rows_dropped").asBoolean()) {
            return new Why(
                    "bad",
                    "Loaded, but all rows were dropped",
                    "Every line item was left out, usually because a column has no values. The counts by reason are below.",
                    "operations.md#usagelineitemsdropped");
        }
        return new Why("good", "It is loaded", "All rows of its days are committed in PostgreSQL.", "");
    }

    private static Why counted(Surroundings around) {
        if (around.refused() != null) {
            return new Why(
                    "bad",
                    "PostgreSQL refuses a day",
                    "PostgreSQL refuses a day of this file: " + around.refused()
                            + ". Correct the cause in PostgreSQL; the sink tries again automatically.",
                    "operations.md#usagedaysrefused");
        }
        if (Boolean.FALSE.equals(around.sinkRuns())) {
            return new Why(
                    "bad",
                    "The sink is down",
                    "The rows are published, but the sink connector is not running. Start Kafka Connect, or the"
                            + " connector's failed tasks.",
                    "operations.md#usagesinkbehind");
        }
        return new Why(
                "wait",
                "Waiting for the sink",
                "The rows are published, but not yet committed in PostgreSQL."
                        + (around.sinkBehind() == null || around.sinkBehind() == 0
                                ? ""
                                : " The sink has " + Show.number(around.sinkBehind()) + " records to load."),
                "operations.md#usagesinkbehind");
    }
}
