package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks a console as a browser does that follows no redirect. */
final class ConsoleClient {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern HIDDEN = Pattern.compile("name=\"csrf\" value=\"([^\"]*)\"");

    private final String url;
    private String cookie = "";

    ConsoleClient(String url) {
        this.url = url;
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path, String... headers) {
        final HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(request(path, headers).build());
    }

    HttpResponse<String> post(String path, Map<String, String> form, String... headers) throws Exception {
        final String body = form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(request(path, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    HttpResponse<String> signIn(String token) throws Exception {
        final HttpResponse<String> response = post("/sign-in", Map.of("token", token));
        response.headers().firstValue("Set-Cookie").ifPresent(header -> cookie = header.split(";", -1)[0]);
        return response;
    }

    /** What forms of this session carry. */
    String csrf() throws Exception {
        final Matcher hidden = HIDDEN.matcher(get("/").body());
        assertThat(hidden.find()).as("a form").isTrue();
        return hidden.group(1);
    }

    /** What the API answers to who shows a token. */
    JsonNode api(String path, String token) throws Exception {
        return JSON.readTree(
                get("/api/v1" + path, "Authorization", "Bearer " + token).body());
    }

    JsonNode apiPost(String path, Map<String, String> form, String token) throws Exception {
        return JSON.readTree(
                post("/api/v1" + path, form, "Authorization", "Bearer " + token).body());
    }
}
