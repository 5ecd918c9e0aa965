package org.usagestreams.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A stretch of network to a port of this host, that can be cut: bytes wait, or connections break, until it is restored. */
public final class FaultProxy implements AutoCloseable {
    private static final int BUFFER = 64 << 10;
    private static final int BACKLOG = 200;

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean cut;

    /** Bytes that still pass to the target before connections break; negative for no limit. */
    private long left = -1;

    private FaultProxy(ServerSocket server, int target) {
        this.server = server;
        this.target = target;
    }

    /** Leads from one port to another. */
    static FaultProxy start(int port, int target) throws IOException {
        final ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        final FaultProxy link = new FaultProxy(server, target);
        daemon(link::accept, "link-" + port);
        return link;
    }

    /** Nothing passes any more; what is under way waits, as it does where packets are lost. */
    public synchronized void cut() {
        cut = true;
    }

    /** Connections break, and new ones do as well. */
    public void reset() {
        cut();
        sockets.forEach(FaultProxy::close);
    }

    /**
     * Connections break as {@link #reset} breaks them, once so many more bytes have passed to the target. What is sent beyond does not
     * arrive, so a message can be cut anywhere.
     *
     * @param bytes of all connections together, at least 0
     */
    public synchronized void resetAfter(long bytes) {
        left = bytes;
    }

    /** Whether connections are cut. */
    public synchronized boolean isCut() {
        return cut;
    }

    /** All is well again. */
    public synchronized void restore() {
        cut = false;
        left = -1;
        notifyAll();
    }

    /** How many of these bytes pass to the target. */
    private synchronized int pass(int bytes) {
        if (left < 0) {
            return bytes;
        }
        final int passed = (int) Math.min(left, bytes);
        left -= passed;
        return passed;
    }

    private synchronized void awaitWhole() throws InterruptedException {
        while (cut) {
            wait();
        }
    }

    private void accept() {
        try {
            while (true) {
                final Socket near = server.accept();
                sockets.add(near);
                daemon(() -> connect(near), "link-" + near.getPort());
            }
        } catch (IOException e) {
            // Closed.
            return;
        }
    }

    private void connect(Socket near) {
        try {
            awaitWhole();
            final Socket far = new Socket();
            sockets.add(far);
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            daemon(() -> pump(far, near, false), "link-back-" + near.getPort());
            pump(near, far, true);
        } catch (IOException e) {
            close(near);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(Socket from, Socket to, boolean isToTarget) {
        try {
            final InputStream in = from.getInputStream();
            final OutputStream out = to.getOutputStream();
            final byte[] buffer = new byte[BUFFER];
            int read = in.read(buffer);
            while (read >= 0) {
                awaitWhole();
                final int passed = isToTarget ? pass(read) : read;
                out.write(buffer, 0, passed);
                if (passed < read) {
                    reset();
                    return;
                }
                read = in.read(buffer);
            }
        } catch (IOException e) {
            // One end is gone: the other goes too.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void daemon(Runnable task, String name) {
        final Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone either way.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        restore();
        sockets.forEach(FaultProxy::close);
    }
}
