package org.usagestreams.instance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Pushes the same server-sent events to all who listen. A listener takes no thread; one that is slow gets the newest event once it has
 * taken the one before, and is closed where it takes none. Thread-safe.
 */
public final class LiveFeed {
    // Opens the stream before there is an event. It is one array, since a listener knows by identity what it was sent.
    private static final byte[] COMMENT = {':', '\n', '\n'};

    private final int most;
    private final long longestNanos;
    private final LongSupplier nanos;
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private volatile byte[] newest;

    /**
     * A feed without events yet.
     *
     * @param most listeners at once
     * @param longest after this a listener is ended, so that it asks again and shows again who it is
     * @param nanos a clock as {@link System#nanoTime}
     */
    public LiveFeed(int most, Duration longest, LongSupplier nanos) {
        this.most = most;
        this.longestNanos = longest.toNanos();
        this.nanos = nanos;
    }

    /** How many listen. */
    public int listeners() {
        return listeners.size();
    }

    /** An event as it is sent. */
    public static String event(String name, String data) {
        final StringBuilder event = new StringBuilder("event: ").append(name).append('\n');
        data.lines().forEach(line -> event.append("data: ").append(line).append('\n'));
        return event.append('\n').toString();
    }

    /** Sends events, made by {@link #event}, to all; who comes later gets the last of these first. */
    public void publish(String events) {
        newest = events.getBytes(StandardCharsets.UTF_8);
        listeners.forEach(Listener::send);
    }

    /** Adds a listener; false where there are too many. */
    boolean open(Request request, Response response, Callback callback) {
        final Listener listener = new Listener(request, response, callback, nanos.getAsLong());
        listeners.add(listener);
        if (listeners.size() > most) {
            listeners.remove(listener);
            return false;
        }
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        // Proxies that collect what they pass on would hold events back.
        response.getHeaders().put("X-Accel-Buffering", "no");
        listener.send();
        return true;
    }

    private final class Listener {
        private final Request request;
        private final Response response;
        private final Callback callback;
        private final long since;
        private byte[] sent;
        private boolean writing;
        private boolean over;

        Listener(Request request, Response response, Callback callback, long since) {
            this.request = request;
            this.response = response;
            this.callback = callback;
            this.since = since;
        }

        void send() {
            final byte[] events;
            final boolean last;
            synchronized (this) {
                events = newest == null ? COMMENT : newest;
                if (writing || over || events == sent) {
                    return;
                }
                last = nanos.getAsLong() - since >= longestNanos;
                over = last;
                writing = true;
                sent = events;
            }
            // Its deadline begins anew only once it has taken what was sent before.
            HttpDeadlines.extend(request, WebSiteHandler.LONGEST_ANSWER);
            response.write(last, ByteBuffer.wrap(events), Callback.from(() -> taken(last), this::failed));
        }

        private void taken(boolean last) {
            synchronized (this) {
                writing = false;
            }
            if (last) {
                listeners.remove(this);
                callback.succeeded();
            } else {
                send();
            }
        }

        private void failed(Throwable failure) {
            synchronized (this) {
                over = true;
            }
            listeners.remove(this);
            callback.failed(failure);
        }
    }
}
