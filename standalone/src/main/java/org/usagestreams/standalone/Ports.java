package org.usagestreams.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on loopback, for parts that start later. Thread-safe.
 *
 * <p>A process claims a block of ports: it listens on the first port of the block as long as it lives, and gives out the others, each once.
 * So neither two parts of a process nor two processes that run side by side are given the same port before anybody listens on it.
 */
final class Ports {
    /** Below the ports that systems give to outgoing connections. */
    private static final int LEAST = 20_000;

    private static final int GREATEST = 32_000;
    private static final int BLOCK = 100;
    private static final int TRIES = 1_000;

    /** The blocks of this process, the newest last; open until the process ends. */
    private static final List<ServerSocket> CLAIMED = new ArrayList<>();

    /** The next port to give out; a block's first port where a new block is needed. */
    private static int next = LEAST;

    private Ports() {}

    /**
     * A port that nobody listens on and that no other call returns, in this process or in another.
     *
     * @throws IllegalStateException where none is free
     */
    static synchronized int free() {
        for (int tries = 0; tries < TRIES; tries++) {
            if (next % BLOCK == 0) {
                claimBlock();
            }
            final int port = next++;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port from " + LEAST + " to " + GREATEST + " is free");
    }

    private static void claimBlock() {
        for (int tries = 0; tries < TRIES; tries++) {
            final int block = ThreadLocalRandom.current().nextInt((GREATEST - LEAST) / BLOCK);
            try {
                final ServerSocket first = new ServerSocket(LEAST + block * BLOCK, 1, InetAddress.getLoopbackAddress());
                CLAIMED.add(first);
                next = first.getLocalPort() + 1;
                return;
            } catch (IOException e) {
                // Another process has this block: try another one.
            }
        }
        throw new IllegalStateException("no block of ports from " + LEAST + " to " + GREATEST + " is free");
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
                    "Cannot use port " + port + " for " + use + ": it is taken. Choose another with " + flag + " (0"
                            + " for any).",
                    e);
        }
    }
}
