package org.usagestreams.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports on loopback. */
final class Ports {
    private static final int LEAST = 20_000;
    private static final int GREATEST = 32_000;
    private static final int TRIES = 1_000;

    private Ports() {}

    /**
     * One that nobody listens on, below those that systems give to outgoing connections: it may be some time until it is
     * listened on, and until then none of these takes it.
     */
    static int free() {
        for (int tries = 0; tries < TRIES; tries++) {
            final int port = ThreadLocalRandom.current().nextInt(LEAST, GREATEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port from " + LEAST + " to " + GREATEST + " is free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
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
