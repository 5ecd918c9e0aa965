package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.usagestreams.operations.replay.Replay;

/** A replay that runs, or has run, with its progress. Thread-safe. */
final class ReplayRun implements Replay.Bars {
    private final String who;
    private final ObjectNode scope;
    private final Instant begun;
    private final List<Step> steps = new ArrayList<>();
    private String state = "running";
    private String detail = "";
    private Instant ended;

    ReplayRun(String who, ObjectNode scope, Instant begun) {
        this.who = who;
        this.scope = scope;
        this.begun = begun;
    }

    private final class Step implements Replay.Bar {
        private final String name;
        private final long total;
        private long left;

        Step(String name, long total) {
            this.name = name;
            this.total = total;
            this.left = total;
        }

        @Override
        public void accept(long now) {
            synchronized (ReplayRun.this) {
                left = now;
            }
        }

        @Override
        public void close() {
            // Its last figure stays.
        }
    }

    @Override
    public synchronized Replay.Bar begin(String step, long total) {
        final Step begun = new Step(step, total);
        steps.add(begun);
        return begun;
    }

    /** It ended. */
    synchronized void end(String how, String said, Instant at) {
        state = how;
        detail = said;
        ended = at;
    }

    /** As pages show it. */
    synchronized ObjectNode json() {
        final ObjectNode json = JSON.createObjectNode();
        json.put("state", state).put("detail", detail).put("who", who).put("begun", begun.toString());
        json.put("ended", ended == null ? null : ended.toString());
        json.set("scope", scope);
        final ArrayNode all = json.putArray("steps");
        for (final Step step : steps) {
            all.addObject().put("name", step.name).put("total", step.total).put("left", step.left);
        }
        return json;
    }
}
