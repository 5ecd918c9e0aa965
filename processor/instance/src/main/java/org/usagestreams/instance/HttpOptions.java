package org.usagestreams.instance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;

/**
 * How an {@link HttpInterface} listens and whom it answers.
 *
 * @param address of the pages; port 0 for any that is free
 * @param healthPort port of the health checks on the same address; 0 for any that is free
 * @param further how many further ports are tried for each of the two where one is taken
 * @param token what changes have to be sent with
 * @param tokenForPages whether the pages need the token as well; health checks never do
 * @param hosts names that a request's Host may have, besides loopback's and the address that the connection was made to
 * @param limits of connections and requests
 * @param tls certificate and key of the pages; null for plain HTTP. The health checks are always plain HTTP
 */
record HttpOptions(
        InetSocketAddress address,
        int healthPort,
        int further,
        String token,
        boolean tokenForPages,
        Set<String> hosts,
        Limits limits,
        HttpTls tls) {

    /**
     * What clients may use, on each of the two ports.
     *
     * @param connections open at once; further ones wait in the system's backlog
     * @param request how long a request may take to arrive, from when its connection is opened, and how long a client may
     *     take to receive the answer
     * @param bytes of a request's line and headers, and of its body
     */
    record Limits(int connections, Duration request, int bytes) {
        /** The defaults of the settings. */
        static final Limits DEFAULTS = new Limits(512, Duration.ofSeconds(5), 8 << 10);
    }

    /** Plain HTTP on free ports of loopback, with the default limits; changes need the token. */
    static HttpOptions loopback(String token) {
        return new HttpOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                0,
                0,
                token,
                false,
                Set.of(),
                Limits.DEFAULTS,
                null);
    }
}
