package org.usagestreams.service.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Fetches payloads from where they are announced: from hosts that settings allow, and from nowhere else. Thread-safe. */
final class PayloadDownload {
    private static final int BUFFER = 64 << 10;
    private static final int CLIENT_ERRORS = 400;
    private static final int SERVER_ERRORS = 500;

    /** Answers that say to try again later. */
    private static final Set<Integer> LATER = Set.of(408, 425, 429);

    private final OkHttpClient client;
    private final Set<String> hosts;
    private final long mostBytes;

    /** A payload that is not fetched, however often it is tried. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Fetches from these hosts.
     *
     * @param client trusts what may be trusted; redirects are not followed
     * @param longest that a fetch may take
     * @param hosts names in lower case, each alone or with {@code :port}; none: nothing is fetched
     * @param mostBytes of a payload
     */
    PayloadDownload(OkHttpClient client, Duration longest, Set<String> hosts, long mostBytes) {
        this.client = client.newBuilder()
                .callTimeout(longest)
                .readTimeout(longest)
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
        this.hosts = Set.copyOf(hosts);
        this.mostBytes = mostBytes;
    }

    /**
     * Fetches a payload.
     *
     * @throws RefusedException where trying again does not help
     * @throws IOException where it may
     */
    void fetch(String url, Path file) throws RefusedException, IOException {
        final Request request = new Request.Builder()
                .url(checked(url))
                .header("Accept-Encoding", "identity")
                .build();
        try (Response response = client.newCall(request).execute()) {
            final int code = response.code();
            if (LATER.contains(code) || code >= SERVER_ERRORS) {
                throw new IOException(request.url().host() + " answers HTTP " + code);
            }
            if (!response.isSuccessful()) {
                throw new RefusedException(request.url().host() + " answers HTTP " + code
                        + (code < CLIENT_ERRORS ? ", and redirects are not followed" : ""));
            }
            try (InputStream in = response.body().byteStream();
                    OutputStream out = Files.newOutputStream(file)) {
                copy(in, out);
            }
        }
    }

    private HttpUrl checked(String url) throws RefusedException {
        final HttpUrl parsed = HttpUrl.parse(url);
        if (parsed == null) {
            throw new RefusedException("its url is neither http nor https");
        }
        final String host = parsed.host().toLowerCase(Locale.ROOT);
        if (!hosts.contains(host) && !hosts.contains(host + ":" + parsed.port())) {
            throw new RefusedException("the host of its url, " + host + ":" + parsed.port()
                    + ", is not in intake.announce.hosts. Add it there if payloads may be fetched from it");
        }
        return parsed;
    }

    private void copy(InputStream in, OutputStream out) throws RefusedException, IOException {
        final byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            total += read;
            if (total > mostBytes) {
                throw new RefusedException(
                        "it has more than " + mostBytes
                                + " bytes (intake.payload.bytes). Have the operator send smaller payloads, or raise the setting");
            }
            out.write(buffer, 0, read);
        }
    }
}
