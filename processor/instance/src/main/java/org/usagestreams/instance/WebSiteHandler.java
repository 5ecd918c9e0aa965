package org.usagestreams.instance;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.Promise;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whom a request names, reads its form, and has the site answer. */
final class WebSiteHandler extends Handler.Abstract {
    static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(WebSiteHandler.class);
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String BEARER = "Bearer ";
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action"
                    + " 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final HttpHosts hosts;
    private final int bytes;
    private final WebSite site;

    /** @param bytes most of a request's body */
    WebSiteHandler(HttpHosts hosts, int bytes, WebSite site) {
        this.hosts = hosts;
        this.bytes = bytes;
        this.site = site;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        HttpDeadlines.extend(request, LONGEST_ANSWER);
        final boolean head = "HEAD".equals(request.getMethod());
        if (!hosts.allows(request)) {
            write(
                    response,
                    callback,
                    WebSite.Answer.plain(
                            421, "The request's Host is not a name of this one: see the setting http.hosts."));
        } else if (head) {
            final WebSite.Answer answer = answer(request, Map.of(), site::get);
            write(
                    response,
                    callback,
                    new WebSite.Answer(answer.status(), answer.type(), new byte[0], answer.headers()));
        } else if ("GET".equals(request.getMethod())) {
            get(request, response, callback);
        } else if ("POST".equals(request.getMethod())) {
            post(request, response, callback);
        } else {
            write(response, callback, WebSite.Answer.plain(405, "Only GET, HEAD and POST are understood here."));
        }
        return true;
    }

    private void get(Request request, Response response, Callback callback) {
        final LiveFeed[] feed = new LiveFeed[1];
        final WebSite.Answer answer = answer(request, Map.of(), ask -> {
            feed[0] = site.live(ask).orElse(null);
            return feed[0] == null ? site.get(ask) : WebSite.Answer.plain(503, "Too many listen already.");
        });
        if (feed[0] == null) {
            write(response, callback, answer);
        } else {
            headers(response);
            if (!feed[0].open(request, response, callback)) {
                write(response, callback, answer);
            }
        }
    }

    /** Waits for the body without a thread, since its bytes may be slow. */
    private void post(Request request, Response response, Callback callback) {
        final String type = String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        if (request.getLength() != 0 && !type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
            write(response, callback, WebSite.Answer.plain(415, "The body must be " + FORM + "."));
            return;
        }
        if (request.getLength() > bytes) {
            write(response, callback, tooLong());
            return;
        }
        Content.Source.asByteArrayAsync(
                request, bytes, Promise.Invocable.from(InvocationType.BLOCKING, (body, failure) -> {
                    if (failure instanceof IllegalStateException) {
                        write(response, callback, tooLong());
                    } else if (failure != null) {
                        callback.failed(failure);
                    } else {
                        write(response, callback, posted(request, body));
                    }
                }));
    }

    private WebSite.Answer tooLong() {
        return WebSite.Answer.plain(413, "The body is longer than " + bytes + " bytes (http.request.bytes).");
    }

    private WebSite.Answer posted(Request request, byte[] body) {
        final Map<String, String> form = new LinkedHashMap<>();
        try {
            for (final String field : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
                final int equals = field.indexOf('=');
                if (equals > 0) {
                    form.putIfAbsent(
                            URLDecoder.decode(field.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(field.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        } catch (IllegalArgumentException e) {
            return WebSite.Answer.plain(400, "The form cannot be decoded.");
        }
        return answer(request, form, site::post);
    }

    private static WebSite.Answer answer(
            Request request, Map<String, String> form, Function<WebSite.Ask, WebSite.Answer> answers) {
        final Map<String, String> query = new LinkedHashMap<>();
        final String path = request.getHttpURI().getCanonicalPath();
        try {
            for (final Fields.Field field : Request.extractQueryParameters(request)) {
                query.put(field.getName(), field.getValue());
            }
        } catch (RuntimeException e) {
            return WebSite.Answer.plain(400, "The query cannot be decoded.");
        }
        try {
            return answers.apply(new WebSite.Ask(path, query, form, caller(request)));
        } catch (RuntimeException e) {
            LOG.warn("Cannot answer {}: {}", path, e.getMessage(), e);
            return WebSite.Answer.plain(500, "Cannot answer: see the console's log.");
        }
    }

    private static WebSite.Caller caller(Request request) {
        final Map<String, String> cookies = new LinkedHashMap<>();
        for (final HttpCookie cookie : Request.getCookies(request)) {
            cookies.putIfAbsent(cookie.getName(), cookie.getValue());
        }
        final String authorization = String.valueOf(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        return new WebSite.Caller(
                Request.getRemoteAddr(request),
                request.isSecure(),
                cookies,
                authorization.startsWith(BEARER)
                        ? authorization.substring(BEARER.length()).strip()
                        : "",
                isForeign(request));
    }

    /** Browsers say so by two headers; what is no browser sends neither. */
    private static boolean isForeign(Request request) {
        final String site = request.getHeaders().get("Sec-Fetch-Site");
        if (site != null && !"same-origin".equals(site) && !"none".equals(site)) {
            return true;
        }
        final String origin = request.getHeaders().get("Origin");
        if (origin == null) {
            return false;
        }
        try {
            // Not the scheme: TLS may end before this.
            final String authority = new URI(origin).getAuthority();
            return authority == null
                    || !authority.equalsIgnoreCase(request.getHeaders().get(HttpHeader.HOST));
        } catch (URISyntaxException e) {
            return true;
        }
    }

    private static void write(Response response, Callback callback, WebSite.Answer answer) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.type());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        headers(response);
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }

    private static void headers(Response response) {
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put("Content-Security-Policy", POLICY);
        // With no-referrer, browsers would not say which page a form is on.
        response.getHeaders().put("Referrer-Policy", "same-origin");
        response.getHeaders().put("Cross-Origin-Resource-Policy", "same-origin");
    }
}
