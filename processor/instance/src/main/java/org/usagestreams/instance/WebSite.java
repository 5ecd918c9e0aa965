package org.usagestreams.instance;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Pages that people read in a browser. Called by several threads at once. */
@FunctionalInterface
public interface WebSite {
    /**
     * A request.
     *
     * @param path decoded, such as {@code /files}
     * @param query parameters by name, decoded; of several with one name, the first
     * @param form fields of the body by name, decoded; empty where it only reads
     */
    record Ask(String path, Map<String, String> query, Map<String, String> form, Caller caller) {
        /** A request that only reads, of nobody in particular. */
        public Ask(String path, Map<String, String> query) {
            this(path, query, Map.of(), Caller.UNKNOWN);
        }

        /** A field or, where there is none, a parameter; empty where there is neither. */
        public String text(String name) {
            return form.getOrDefault(name, query.getOrDefault(name, ""));
        }

        /** The same request with another path. */
        public Ask at(String other) {
            return new Ask(other, query, form, caller);
        }
    }

    /**
     * Who asks.
     *
     * @param address of the other end of the connection
     * @param secure whether the connection is TLS
     * @param cookies by name
     * @param bearer the token of the header Authorization; empty for none
     * @param foreign whether a browser says that a page of another site has it ask
     */
    record Caller(String address, boolean secure, Map<String, String> cookies, String bearer, boolean foreign) {
        /** Nobody in particular. */
        public static final Caller UNKNOWN = new Caller("", false, Map.of(), "", false);
    }

    /**
     * An answer.
     *
     * @param type such as {@code text/html; charset=utf-8}
     * @param headers further ones, by name
     */
    record Answer(int status, String type, byte[] body, Map<String, String> headers) {
        /** A text. */
        public static Answer plain(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), Map.of());
        }
    }

    /** What is pushed to who asks, in place of an answer; empty for an answer. */
    default Optional<LiveFeed> live(Ask ask) {
        return Optional.empty();
    }

    /** What is answered to a request that only reads; what it throws is logged and answered with 500. */
    Answer get(Ask ask);

    /** What is answered to a request that may change something, as {@link #get}. */
    default Answer post(Ask ask) {
        return Answer.plain(405, "Only GET and HEAD are understood here.");
    }
}
