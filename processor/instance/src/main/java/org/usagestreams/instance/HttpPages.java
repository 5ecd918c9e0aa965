package org.usagestreams.instance;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** Answers requests by pages, after it has looked whom they name and whether they show the token. */
final class HttpPages extends Handler.Abstract {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpOptions options;
    private final HttpHosts hosts;
    private final Map<String, Supplier<Page>> pages = new HashMap<>();
    private final Set<String> open = new HashSet<>();
    private final Resize resize;
    private final AtomicBoolean resizing = new AtomicBoolean();

    /** An answer. */
    record Page(int status, String type, byte[] body) {
        static Page json(int status, Object body) {
            try {
                return new Page(status, "application/json", JSON.writeValueAsBytes(body));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("answers are plain records", e);
            }
        }

        static Page error(int status, String error) {
            return json(status, Map.of("error", error));
        }
    }

    /**
     * What {@code PUT} of a path does with the number in its body.
     *
     * @param path such as {@code /threads}
     * @param field of the JSON in the body
     * @param largest number; the smallest is 1
     * @param within how long it may take
     */
    record Resize(String path, String field, int largest, Duration within, IntFunction<Page> change) {}

    /**
     * Pages, of which there are none yet.
     *
     * @param resize null where nothing can be changed
     */
    HttpPages(HttpOptions options, Resize resize) {
        this.options = options;
        this.hosts = new HttpHosts(options.address(), options.hosts());
        this.resize = resize;
    }

    /** Adds what {@code GET} of a path answers. */
    HttpPages page(String path, Supplier<Page> page) {
        pages.put(path, page);
        return this;
    }

    /** The same, for everybody: without the token, whatever the settings say. */
    HttpPages openPage(String path, Supplier<Page> page) {
        open.add(path);
        return page(path, page);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        HttpDeadlines.extend(request, Duration.ZERO);
        final String path = request.getHttpURI().getCanonicalPath();
        final boolean changes = resize != null && resize.path().equals(path) && "PUT".equals(request.getMethod());
        if (!hosts.allows(request)) {
            answer(
                    response,
                    callback,
                    Page.error(421, "the request's Host is not a name of this one: see the setting http.hosts"));
        } else if (!pages.containsKey(path)) {
            answer(response, callback, Page.error(404, "there is nothing here"));
        } else if ((changes || (options.tokenForPages() && !open.contains(path))) && !showsToken(request)) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
            answer(
                    response,
                    callback,
                    Page.error(401, "the token is missing or another: it is in " + HttpInterface.FILE));
        } else if (changes) {
            change(request, response, callback);
        } else if ("GET".equals(request.getMethod())) {
            answer(response, callback, pages.get(path).get());
        } else {
            answer(response, callback, Page.error(405, "the method is not understood here"));
        }
        return true;
    }

    private boolean showsToken(Request request) {
        final String shown = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        final byte[] wanted = ("Bearer " + options.token()).getBytes(StandardCharsets.UTF_8);
        return shown != null && MessageDigest.isEqual(wanted, shown.getBytes(StandardCharsets.UTF_8));
    }

    /** Waits for the body without a thread, since its bytes may be slow. */
    private void change(Request request, Response response, Callback callback) {
        if (request.getLength() > options.limits().bytes()) {
            answer(response, callback, tooLong());
            return;
        }
        Content.Source.asByteArrayAsync(
                request, options.limits().bytes(), Promise.Invocable.from(InvocationType.BLOCKING, (body, failure) -> {
                    if (failure instanceof IllegalStateException) {
                        answer(response, callback, tooLong());
                    } else if (failure != null) {
                        callback.failed(failure);
                    } else {
                        HttpDeadlines.extend(request, resize.within());
                        answer(response, callback, change(body));
                    }
                }));
    }

    private Page tooLong() {
        return Page.error(413, "the body is longer than " + options.limits().bytes() + " bytes");
    }

    private Page change(byte[] body) {
        final int count;
        try {
            count = JSON.readTree(body).path(resize.field()).asInt(0);
        } catch (JacksonException e) {
            return Page.error(400, "no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return Page.error(400, "no JSON: " + e.getMessage());
        }
        if (count < 1 || count > resize.largest()) {
            return Page.error(400, resize.field() + " must be a number from 1 to " + resize.largest());
        }
        // Each waits for a rebalance and holds a thread meanwhile.
        if (!resizing.compareAndSet(false, true)) {
            return Page.error(409, "another change is not done yet");
        }
        try {
            return resize.change().apply(count);
        } finally {
            resizing.set(false);
        }
    }

    private static void answer(Response response, Callback callback, Page page) {
        response.setStatus(page.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, page.type());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, page.body().length);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.write(true, ByteBuffer.wrap(page.body()), callback);
    }
}
