package org.usagestreams.splitter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What each source has used of the first lane, in windows of a minute that begin with its first use. A source that has used up its quota
 * goes to the second lane until its window is over: only this source is delayed.
 *
 * <p>Bounded: it remembers the {@value #MOST_SOURCES} sources that were used last. Thread-safe.
 */
final class SourceQuotas {
    /** Sources that are remembered. */
    static final int MOST_SOURCES = 10_000;

    private static final long WINDOW = Duration.ofMinutes(1).toNanos();

    private final SourceQuota quota;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > MOST_SOURCES;
        }
    };

    private static final class Window {
        private final long begin;
        private long objects;
        private long bytes;
        private long rows;

        private Window(long begin) {
            this.begin = begin;
        }
    }

    SourceQuotas(SourceQuota quota) {
        this.quota = quota;
    }

    /**
     * Counts an object of a source, unless a quota is used up.
     *
     * @param now in nanoseconds
     * @return which quota is used up; empty if none is
     */
    synchronized Optional<String> take(String source, long now) {
        final Window window = window(source, now);
        final Optional<String> exceeded = exceeded(window);
        if (exceeded.isEmpty()) {
            window.objects++;
        }
        return exceeded;
    }

    /** Counts what was read of a source's object. */
    synchronized void count(String source, long bytes, long rows, long now) {
        final Window window = window(source, now);
        window.bytes += bytes;
        window.rows += rows;
    }

    /** How many sources have used a quota up. */
    synchronized long exceeded(long now) {
        return windows.values().stream()
                .filter(window ->
                        now - window.begin < WINDOW && exceeded(window).isPresent())
                .count();
    }

    private Window window(String source, long now) {
        final Window held = windows.get(source);
        if (held != null && now - held.begin < WINDOW) {
            return held;
        }
        final Window begun = new Window(now);
        windows.put(source, begun);
        return begun;
    }

    private Optional<String> exceeded(Window window) {
        if (window.objects >= quota.objects()) {
            return Optional.of("splitter.source.objects.per.minute=" + quota.objects());
        }
        if (window.bytes >= quota.bytes()) {
            return Optional.of("splitter.source.bytes.per.minute=" + quota.bytes());
        }
        return window.rows >= quota.rows()
                ? Optional.of("splitter.source.rows.per.minute=" + quota.rows())
                : Optional.empty();
    }
}
