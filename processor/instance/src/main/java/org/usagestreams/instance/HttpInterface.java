package org.usagestreams.instance;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.usagestreams.instance.HttpPages.Page;
import org.usagestreams.settings.EffectiveSetting;
import org.usagestreams.settings.Settings;

/**
 * The HTTP interface of an instance. {@code GET /health/live} and {@code /health/ready} tell how it is, {@code /metrics} what it
 * has done, {@code /state} both in short, with its name and version, {@code /settings} how it is set, {@code /topology} how it is wired, {@code /threads} the stream threads and their tasks; {@code PUT /threads} with
 * {@code {"threads": 4}} changes how many there are, and answers when the rebalance is over. Who changes anything shows the
 * token; it stands, with the address, in the file {@value #FILE} of the instance's folder, which its user alone can read.
 *
 * <p>A second port answers health checks only. It has threads and connections of its own, so that nothing that is sent to the
 * first makes a health check fail.
 */
public final class HttpInterface implements AutoCloseable {
    /** Name of the file that tells where the interface is. */
    public static final String FILE = "http.json";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_THREADS = 256;

    private final HttpListener pages;
    private final HttpListener health;
    private final Path file;

    /**
     * What there is to see.
     *
     * @param health how the instance is
     * @param metrics what it has done
     * @param topology how it is wired, for people; null where there is no topology
     * @param threads its stream threads; null where there are none
     * @param resizeWithin longest wait for a rebalance
     */
    public record Pages(
            Supplier<Health> health,
            InstanceMetrics metrics,
            String topology,
            StreamThreads threads,
            Duration resizeWithin) {}

    /**
     * Where an instance can be reached.
     *
     * @param url such as {@code http://127.0.0.1:18080}
     * @param health where health checks are answered, such as {@code http://127.0.0.1:18280}
     * @param token what changes are to be sent with
     * @param certificate the certificate that it shows, in Base64 of DER; null for plain HTTP
     */
    public record Address(String url, String health, String token, String certificate) {
        /** Reads the address that an instance has written. */
        public static Address read(Path file) throws IOException {
            return JSON.readValue(Files.readAllBytes(file), Address.class);
        }
    }

    /** The answer of {@code GET /threads}, and of {@code PUT /threads} when the change is done. */
    public record Answer(List<StreamThreads.StreamThread> threads, boolean settled) {}

    /**
     * The answer of {@code GET /state}.
     *
     * @param service {@code intake}, {@code splitter}, {@code processor} or {@code validator}
     * @param name that it keeps over restarts, as members of its consumer group have it
     * @param version of the program; empty where it was not built as a jar
     * @param started when, such as {@code 2025-11-03T10:00:00Z}
     * @param metrics counts and gauges of ours, each summed up over its labels
     */
    public record State(
            String service,
            String name,
            String version,
            String started,
            boolean live,
            boolean ready,
            String detail,
            Map<String, Double> metrics) {}

    /**
     * Which instance it is.
     *
     * @param service as {@link State} has it
     * @param name as {@link State} has it
     */
    record Identity(String service, String name) {}

    /** The answer of {@code GET /settings}; secrets are masked. */
    public record SettingsAnswer(List<EffectiveSetting> settings) {}

    private HttpInterface(HttpListener pages, HttpListener health, Path file) {
        this.pages = pages;
        this.health = health;
        this.file = file;
    }

    /**
     * Listens on free ports of loopback.
     *
     * @param directory the instance's folder
     * @param token what changes are to be sent with
     */
    public static HttpInterface onLoopback(Path directory, String token, Pages pages) {
        return start(HttpOptions.loopback(token), directory, pages, null, new Identity("", ""));
    }

    /**
     * Listens.
     *
     * @param directory the instance's folder
     * @param settings those of the instance, which it shows; null for none
     * @throws IllegalStateException if the address or a port cannot be bound
     */
    static HttpInterface start(HttpOptions options, Path directory, Pages pages, Settings settings, Identity identity) {
        final HttpListener health = HttpListener.start(
                "http-health",
                new InetSocketAddress(options.address().getAddress(), options.healthPort()),
                options.further(),
                options.limits(),
                Duration.ZERO,
                null,
                withHealth(new HttpPages(options, null), pages));
        HttpListener all = null;
        try {
            all = HttpListener.start(
                    "http",
                    options.address(),
                    options.further(),
                    options.limits(),
                    pages.resizeWithin(),
                    options.tls(),
                    pages(options, pages, settings, identity));
            final HttpInterface http = new HttpInterface(all, health, directory.resolve(FILE));
            http.tell(options);
            return http;
        } catch (IOException | RuntimeException e) {
            health.close();
            if (all != null) {
                all.close();
            }
            throw e instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("Cannot write " + directory.resolve(FILE) + ": " + e.getMessage(), e);
        }
    }

    private static HttpPages withHealth(HttpPages handler, Pages pages) {
        return handler.openPage("/health/live", () -> health(pages.health().get(), Health::live))
                .openPage("/health/ready", () -> health(pages.health().get(), Health::ready));
    }

    private static HttpPages pages(HttpOptions options, Pages pages, Settings settings, Identity identity) {
        final StreamThreads threads = pages.threads();
        final HttpPages handler = withHealth(
                new HttpPages(
                        options,
                        threads == null
                                ? null
                                : new HttpPages.Resize(
                                        "/threads",
                                        "threads",
                                        MOST_THREADS,
                                        pages.resizeWithin(),
                                        count -> threads(threads, threads.resize(count, pages.resizeWithin())))),
                pages);
        handler.page(
                "/metrics",
                () -> new Page(
                        200, InstanceMetrics.CONTENT_TYPE, pages.metrics().scrape()));
        final String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        handler.page("/state", () -> Page.json(200, state(identity, started, pages)));
        if (settings != null) {
            handler.page("/settings", () -> Page.json(200, new SettingsAnswer(EffectiveSetting.of(settings))));
        }
        if (pages.topology() != null) {
            final byte[] topology = pages.topology().getBytes(StandardCharsets.UTF_8);
            handler.page("/topology", () -> new Page(200, "text/plain; charset=utf-8", topology));
        }
        if (threads != null) {
            handler.page("/threads", () -> threads(threads, true));
        }
        return handler;
    }

    private static Page health(Health health, Predicate<Health> good) {
        return Page.json(
                good.test(health) ? 200 : 503,
                Map.of("live", health.live(), "ready", health.ready(), "detail", health.detail()));
    }

    private static State state(Identity identity, String started, Pages pages) {
        final Health health = pages.health().get();
        final String version = HttpInterface.class.getPackage().getImplementationVersion();
        return new State(
                identity.service(),
                identity.name(),
                version == null ? "" : version,
                started,
                health.live(),
                health.ready(),
                health.detail(),
                pages.metrics().sums());
    }

    private static Page threads(StreamThreads threads, boolean settled) {
        return Page.json(200, new Answer(threads.threads(), settled));
    }

    /** The port of the pages. */
    public int port() {
        return pages.port();
    }

    /** The port of the health checks. */
    public int healthPort() {
        return health.port();
    }

    private void tell(HttpOptions options) throws IOException {
        final InetAddress bound = options.address().getAddress();
        final String host = bound == null || bound.isAnyLocalAddress() ? "127.0.0.1" : bound.getHostAddress();
        final String name = host.contains(":") ? "[" + host + "]" : host;
        final String scheme = options.tls() == null ? "http" : "https";
        final Path next = file.resolveSibling(FILE + ".next");
        Files.deleteIfExists(next);
        if (Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(
                next,
                JSON.writeValueAsBytes(new Address(
                        scheme + "://" + name + ":" + port(),
                        "http://" + name + ":" + healthPort(),
                        options.token(),
                        options.tls() == null ? null : options.tls().encodedCertificate())));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        pages.close();
        health.close();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next instance in this place writes its own.
            return;
        }
    }
}
