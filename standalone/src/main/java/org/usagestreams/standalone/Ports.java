package org.usagestreams.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports on loopback. */
final class Ports {
    private Ports() {}

    /** One that nobody listens on. */
    static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The port that was asked for, or a free one for 0.
     *
     * @throws IllegalStateException naming the port where someone listens on it
     */
    static int take(int port, String use, String flag) {
        if (port == 0) {
            return free();
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return port;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "port " + port + " for " + use + " is taken: choose another with " + flag + " (0 for any)", e);
        }
    }
}
