package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Supplier;
import org.usagestreams.instance.LiveFeed;

/**
 * Pushes what has changed to open pages: Now and Fleet themselves, which are the same for all and drawn once, and of others only that
 * something has changed. Nothing is drawn while nobody listens. Thread-safe.
 */
final class Live {
    /** Then a browser asks again, and whoever is no longer signed in is refused. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Pages pages;
    private final Screens screens;
    private final SystemState state;
    private final Supplier<JsonNode> work;
    private final LiveFeed feed;
    private String known = "";
    private long changes;

    /**
     * A feed of these.
     *
     * @param work what the console itself does, whose progress pages show
     */
    Live(Pages pages, Screens screens, SystemState state, Supplier<JsonNode> work, int viewers) {
        this.pages = pages;
        this.screens = screens;
        this.state = state;
        this.work = work;
        feed = new LiveFeed(viewers, LONGEST, System::nanoTime);
    }

    LiveFeed feed() {
        return feed;
    }

    /** After a look. */
    void publish() {
        if (feed.listeners() == 0) {
            return;
        }
        final JsonNode look = state.last();
        final String now = look.path("pulse").toString()
                + look.path("sink")
                + state.deadLetters().keySet()
                + work.get();
        if (!now.equals(known)) {
            known = now;
            changes++;
        }
        feed.publish(LiveFeed.event("now", pages.part("now-live", screens.now()))
                + LiveFeed.event("fleet", pages.part("fleet-live", screens.fleet()))
                + LiveFeed.event("changed", String.valueOf(changes)));
    }
}
