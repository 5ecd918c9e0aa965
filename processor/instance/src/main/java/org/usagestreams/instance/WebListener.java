package org.usagestreams.instance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Set;
import org.apache.kafka.common.config.types.Password;
import org.usagestreams.settings.Settings;

/**
 * A {@link WebSite} on a port, behind the same limits as the HTTP interface of an instance. Only {@code GET}, {@code HEAD}
 * and {@code POST} of a form are understood, and only requests that name this host are answered. Browsers are told to load nothing from elsewhere.
 */
public final class WebListener implements AutoCloseable {
    /** So many ports are tried beyond the first. */
    private static final int FURTHER = 63;

    private final HttpListener listener;
    private final String url;

    private WebListener(HttpListener listener, String url) {
        this.listener = listener;
        this.url = url;
    }

    /**
     * Listens, on the first port from the settings' on that is free.
     *
     * @param service whose address and port to take, such as {@code console}
     * @throws IllegalStateException if it cannot listen, or the certificate cannot be read
     */
    public static WebListener start(Settings settings, String service, WebSite site) {
        final InetSocketAddress address = new InetSocketAddress(
                settings.text(service + ".http.address"), settings.integer(service + ".http.port"));
        if (address.isUnresolved()) {
            throw new IllegalStateException("Cannot listen on " + address.getHostString()
                    + ": the name has no address. Set " + service + ".http.address to an address of this host.");
        }
        final String certificate = settings.text("http.tls.file");
        final HttpTls tls = certificate.isEmpty()
                ? null
                : HttpTls.read(Path.of(certificate), new Password(settings.secret("http.tls.key.password")));
        final HttpListener listener = HttpListener.start(
                service,
                address,
                FURTHER,
                new HttpOptions.Limits(
                        settings.integer("http.connections"),
                        settings.millis("http.request.ms"),
                        settings.integer("http.request.bytes")),
                WebSiteHandler.LONGEST_ANSWER,
                tls,
                new WebSiteHandler(
                        new HttpHosts(address, Set.copyOf(settings.list("http.hosts"))),
                        settings.integer("http.request.bytes"),
                        site));
        final InetAddress bound = address.getAddress();
        final String host = bound.isAnyLocalAddress() ? "127.0.0.1" : bound.getHostAddress();
        return new WebListener(
                listener,
                (tls == null ? "http" : "https") + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + listener.port());
    }

    /** The URL for this host, such as {@code http://127.0.0.1:18880}. */
    public String url() {
        return url;
    }

    @Override
    public void close() {
        listener.close();
    }
}
