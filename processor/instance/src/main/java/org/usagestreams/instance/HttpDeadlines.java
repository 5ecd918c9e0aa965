package org.usagestreams.instance;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections whose request does not arrive in time, however steadily its bytes trickle, or whose answer is not taken
 * in time. A bean of a connector; thread-safe.
 */
final class HttpDeadlines implements Connection.Listener {
    private final Connector connector;
    private final Duration request;
    private final Map<EndPoint, Scheduler.Task> deadlines = new ConcurrentHashMap<>();

    HttpDeadlines(Connector connector, Duration request) {
        this.connector = connector;
        this.request = request;
    }

    /** With TLS it is told of two connections on one end point, of which one deadline is enough. */
    @Override
    public void onOpened(Connection connection) {
        set(socket(connection.getEndPoint()), request);
    }

    /** Gives a connection, whose request has arrived, this long until its answer is taken. */
    void extend(Connection connection, Duration answer) {
        set(socket(connection.getEndPoint()), answer.plus(request));
    }

    /** Gives the connection of a request, which has arrived, this long until its answer is taken. */
    static void extend(Request request, Duration answer) {
        request.getConnectionMetaData()
                .getConnector()
                .getContainedBeans(HttpDeadlines.class)
                .forEach(deadlines ->
                        deadlines.extend(request.getConnectionMetaData().getConnection(), answer));
    }

    /** With TLS only the lower one's end point has the deadline: the upper one may wait for the peer's goodbye. */
    @Override
    public void onClosed(Connection connection) {
        final Scheduler.Task deadline = deadlines.remove(connection.getEndPoint());
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void set(EndPoint socket, Duration within) {
        final Scheduler.Task next = connector.getScheduler().schedule(() -> close(socket), within);
        final Scheduler.Task last = deadlines.put(socket, next);
        if (last != null) {
            last.cancel();
        }
    }

    private void close(EndPoint socket) {
        deadlines.remove(socket);
        socket.close();
    }

    /** The end point below TLS: it is closed at once, where the other would still say goodbye. */
    private static EndPoint socket(EndPoint endPoint) {
        EndPoint socket = endPoint;
        while (socket instanceof EndPoint.Wrapper wrapper) {
            socket = wrapper.unwrap();
        }
        return socket;
    }
}
