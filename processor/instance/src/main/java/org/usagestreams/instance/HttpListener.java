package org.usagestreams.instance;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * One port, with threads of its own, so that nothing that is sent to another port can hold it up. A connection takes no thread
 * before its request has arrived, is closed by {@link HttpDeadlines} where that takes too long, and ends with its answer.
 */
final class HttpListener implements AutoCloseable {
    /** An acceptor, a selector, and some for answers. */
    private static final int THREADS = 6;

    /** Connections that may wait to be accepted; less than the system's own limit. */
    private static final int BACKLOG = 512;

    private static final int LAST_PORT = 65_535;
    private static final Duration IDLE_THREAD = Duration.ofMinutes(1);

    private final Server server;
    private final ServerConnector connector;

    private HttpListener(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Listens, on the first port from the given one on that is free.
     *
     * @param name of its threads
     * @param address port 0 for any that is free
     * @param further how many further ports are tried
     * @param longestAnswer longest time that an answer may take to be made
     * @param tls null for plain HTTP
     * @throws IllegalStateException where it cannot listen
     */
    static HttpListener start(
            String name,
            InetSocketAddress address,
            int further,
            HttpOptions.Limits limits,
            Duration longestAnswer,
            HttpTls tls,
            Handler handler) {
        final QueuedThreadPool threads =
                new QueuedThreadPool(THREADS, THREADS, (int) IDLE_THREAD.toMillis(), 0, null, null);
        threads.setName(name);
        threads.setDaemon(true);
        final Server server = new Server(threads);
        server.setHandler(handler);
        // Jetty's own pages repeat what was asked for.
        server.setErrorHandler((request, response, callback) -> {
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            return true;
        });
        final ServerConnector connector = new ServerConnector(server, 1, 1, factories(limits, tls));
        final InetAddress resolved = address.getAddress();
        connector.setHost(resolved == null ? address.getHostString() : resolved.getHostAddress());
        connector.setAcceptQueueSize(Math.max(limits.connections(), BACKLOG));
        // The deadlines are what ends a connection; Jetty's own starts again with each byte.
        connector.setIdleTimeout(limits.request().plus(longestAnswer).toMillis());
        connector.addBean(new HttpDeadlines(connector, limits.request()));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
        final HttpListener listener = new HttpListener(server, connector);
        listener.open(address.getPort(), further);
        return listener;
    }

    private static ConnectionFactory[] factories(HttpOptions.Limits limits, HttpTls tls) {
        final HttpConfiguration configuration = new HttpConfiguration();
        configuration.setRequestHeaderSize(limits.bytes());
        configuration.setPersistentConnectionsEnabled(false);
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        final HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        if (tls == null) {
            return new ConnectionFactory[] {http};
        }
        // Jetty's own would refuse whoever asks by an address that the certificate does not name; hosts are checked by
        // HttpHosts.
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        final SslContextFactory.Server context = new SslContextFactory.Server();
        context.setSslContext(tls.context());
        return new ConnectionFactory[] {new SslConnectionFactory(context, http.getProtocol()), http};
    }

    private void open(int first, int further) {
        for (int port = first; ; port++) {
            try {
                connector.setPort(port);
                connector.open();
                server.start();
                return;
            } catch (Exception e) {
                final boolean taken = e instanceof IOException && e.getCause() instanceof BindException;
                if (!taken || first == 0 || port - first == further || port == LAST_PORT) {
                    close();
                    throw new IllegalStateException(
                            "Cannot listen on " + connector.getHost() + ", ports " + first + " to " + port + ": "
                                    + (taken ? e.getCause() : e).getMessage()
                                    + ". Set http.address and the ports to what this host has free.",
                            e);
                }
            }
        }
    }

    /** The port that it listens on. */
    int port() {
        return connector.getLocalPort();
    }

    /** Stops listening, and interrupts requests that are being answered. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("Cannot end the HTTP interface: " + e.getMessage(), e);
        } finally {
            // Stopping closes it only where it was started.
            connector.close();
        }
    }
}
