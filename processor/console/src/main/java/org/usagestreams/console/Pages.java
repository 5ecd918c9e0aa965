package org.usagestreams.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.usagestreams.instance.WebSite.Answer;
import org.usagestreams.instance.WebSite.Ask;

/** Makes answers of content. Thread-safe. */
final class Pages {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String JSON = "application/json";

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);

    Answer page(int status, String template, Ask ask, Viewer viewer, JsonNode content) {
        final StringOutput output = new StringOutput();
        templates.render(template + ".jte", Map.of("ask", ask, "content", content, "viewer", viewer), output);
        return new Answer(status, HTML, Query.bytes(output.toString()), Map.of());
    }

    /** Tells who was sent here that the sign-in is done. */
    Answer signedIn(String to, Viewer viewer, Map<String, String> headers) {
        final Answer page = page(
                200,
                "sign-in",
                new Ask("", Map.of()),
                viewer,
                SystemState.JSON.createObjectNode().put("offered", true).put("to", to));
        return new Answer(page.status(), page.type(), page.body(), headers);
    }

    /** A part of a page, the same for all. */
    String part(String template, JsonNode content) {
        final StringOutput output = new StringOutput();
        templates.render(template + ".jte", Map.of("content", content), output);
        return output.toString();
    }

    Answer message(int status, String text, Viewer viewer) {
        return page(
                status,
                "message",
                new Ask("", Map.of()),
                viewer,
                SystemState.JSON.createObjectNode().put("status", status).put("text", text));
    }

    /** Sends the browser to another page of this site. */
    static Answer redirect(String path, Map<String, String> headers) {
        final Map<String, String> all = new HashMap<>(headers);
        all.put("Location", path);
        return new Answer(303, HTML, new byte[0], all);
    }

    static Answer json(int status, Object content) {
        try {
            return new Answer(status, JSON, SystemState.JSON.writeValueAsBytes(content), Map.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answers are plain JSON", e);
        }
    }

    static Answer error(int status, String text) {
        return json(status, Map.of("error", text));
    }

    static Answer asset(String type, String name) {
        return new Answer(200, type, resource(name), Map.of("Cache-Control", "max-age=300"));
    }

    static Answer api(String name) {
        return new Answer(200, JSON, resource(name), Map.of());
    }

    private static byte[] resource(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name + " from the class path", e);
        }
    }
}
