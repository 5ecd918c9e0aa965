package org.usagestreams.simulation;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.usagestreams.simulation.SimulatedStore.Version;

/** Answers S3 requests: HEAD and ranged GET of objects, and listings. */
final class StoreAnswers implements Interceptor {
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final MediaType XML = MediaType.get("application/xml");
    private static final MediaType HTML = MediaType.get("text/html");
    private static final MediaType BYTES = MediaType.get("application/octet-stream");

    private final World world;
    private final SimulatedStore store;

    StoreAnswers(World world, SimulatedStore store) {
        this.world = world;
        this.store = store;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        final Request request = chain.request();
        world.step("store");
        if (world.isCut()) {
            throw new ConnectException("simulated: the network is cut");
        }
        switch (store.outage()) {
            case UNREACHABLE -> throw new ConnectException("simulated: connection refused");
            case SLOW_DOWN -> {
                return error(request, 503, "SlowDown");
            }
            case INGRESS_404 -> {
                final String page = request.method().equals("HEAD") ? "" : "<html>404 page not found</html>";
                return answer(request, 404, HTML, page.getBytes(StandardCharsets.UTF_8))
                        .build();
            }
            case FORBIDDEN -> {
                return error(request, 403, "InvalidAccessKeyId");
            }
            case NONE -> {}
        }
        final List<String> path = request.url().pathSegments();
        if (!path.get(0).equals(SimulatedStore.BUCKET)) {
            return error(request, 404, "NoSuchBucket");
        }
        final String key = String.join("/", path.subList(1, path.size()));
        return key.isEmpty() ? bucket(request) : object(request, key);
    }

    private Response bucket(Request request) {
        final HttpUrl url = request.url();
        if (request.method().equals("HEAD")) {
            return own(answer(request, 200, XML, new byte[0])).build();
        }
        if (url.queryParameter("location") != null || url.queryParameterNames().contains("location")) {
            return own(answer(request, 200, XML, "<LocationConstraint/>".getBytes(StandardCharsets.UTF_8)))
                    .build();
        }
        return list(request);
    }

    private Response list(Request request) {
        final HttpUrl url = request.url();
        final String prefix = text(url, "prefix");
        final String token = text(url, "continuation-token");
        final String after = token.isEmpty() ? text(url, "start-after") : token;
        final String most = text(url, "max-keys");
        final int max = most.isEmpty() ? 1_000 : Integer.parseInt(most);
        final Map<String, Version> listing = store.listing();
        final List<String> keys = listing.keySet().stream()
                .filter(key -> key.startsWith(prefix) && key.compareTo(after) > 0)
                .toList();
        final List<String> page = keys.subList(0, Math.min(max, keys.size()));
        final StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
                .append("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>")
                .append(SimulatedStore.BUCKET)
                .append("</Name><Prefix>")
                .append(encode(prefix))
                .append("</Prefix><KeyCount>")
                .append(page.size())
                .append("</KeyCount><MaxKeys>")
                .append(max)
                .append("</MaxKeys><EncodingType>url</EncodingType><IsTruncated>")
                .append(page.size() < keys.size())
                .append("</IsTruncated>");
        if (page.size() < keys.size()) {
            xml.append("<NextContinuationToken>")
                    .append(page.get(page.size() - 1))
                    .append("</NextContinuationToken>");
        }
        for (final String key : page) {
            final Version version = listing.get(key);
            xml.append("<Contents><Key>")
                    .append(encode(key))
                    .append("</Key><LastModified>")
                    .append(store.listedTime(version))
                    .append("</LastModified><ETag>&quot;")
                    .append(version.etag())
                    .append("&quot;</ETag><Size>")
                    .append(version.content().length)
                    .append("</Size><StorageClass>STANDARD</StorageClass></Contents>");
        }
        return own(answer(
                        request,
                        200,
                        XML,
                        xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static String text(HttpUrl url, String name) {
        final String value = url.queryParameter(name);
        return value == null ? "" : value;
    }

    private static String encode(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/");
    }

    private Response object(Request request, String key) {
        if (store.isForbidden(key)) {
            return error(request, 403, "AccessDenied");
        }
        final String id = text(request.url(), "versionId");
        final Version version = id.isEmpty() ? store.current(key, world.now()) : store.version(key, id);
        if (version == null) {
            return error(request, 404, id.isEmpty() ? "NoSuchKey" : "NoSuchVersion");
        }
        final String match = request.header("If-Match");
        if (match != null && !match.replace("\"", "").equals(version.etag())) {
            return error(request, 412, "PreconditionFailed");
        }
        byte[] content = version.content();
        int status = 200;
        final String range = request.header("Range");
        if (range != null) {
            final String[] bounds = range.substring("bytes=".length()).split("-", -1);
            final int from = Integer.parseInt(bounds[0]);
            final int to =
                    bounds[1].isEmpty() ? content.length : Math.min(content.length, Integer.parseInt(bounds[1]) + 1);
            content = Arrays.copyOfRange(content, from, to);
            status = 206;
        }
        final boolean head = request.method().equals("HEAD");
        final Response.Builder answer = own(answer(request, status, BYTES, head ? new byte[0] : content))
                .header("ETag", '"' + version.etag() + '"')
                .header("Last-Modified", HTTP_DATE.format(version.modified()))
                .header("Content-Length", Integer.toString(content.length));
        if (!version.versionId().isEmpty()) {
            answer.header("x-amz-version-id", version.versionId());
        }
        return answer.build();
    }

    /** The store's own error: it has a request id, and but for HEAD a document that says which. */
    private static Response error(Request request, int status, String code) {
        final byte[] body = request.method().equals("HEAD")
                ? new byte[0]
                : ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code
                                + "</Code><Message>simulated</Message>"
                                + "<RequestId>187B1E1EE9B7C0D8</RequestId></Error>")
                        .getBytes(StandardCharsets.UTF_8);
        return own(answer(request, status, XML, body)).build();
    }

    private static Response.Builder own(Response.Builder answer) {
        return answer.header("x-amz-request-id", "187B1E1EE9B7C0D8").header("Server", "MinIO");
    }

    private static Response.Builder answer(Request request, int status, MediaType type, byte[] body) {
        return new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("simulated")
                .header("Content-Type", type.toString())
                .body(ResponseBody.create(body, type));
    }
}
