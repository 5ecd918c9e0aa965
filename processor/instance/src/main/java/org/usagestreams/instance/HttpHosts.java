package org.usagestreams.instance;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/**
 * Which names a request may call this host by. A page in a browser can have its own name resolve to an address here and then
 * read what this host answers ("DNS rebinding"); what gives it away is the name, which the browser sends as Host.
 */
final class HttpHosts {
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*");

    private final Set<String> names = new HashSet<>(Set.of("localhost"));

    HttpHosts(InetSocketAddress address, Set<String> more) {
        names.add(address.getHostString().toLowerCase(Locale.ROOT));
        more.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    /** Whether the request names this host; one that names none does not come from a browser. */
    boolean allows(Request request) {
        final String host = request.getHttpURI().getHost();
        if (host == null) {
            return true;
        }
        final String name = host.replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
        return names.contains(name) || (LITERAL.matcher(name).matches() && isHere(name, request));
    }

    /** An address is no name that somebody else could have pointed here. */
    private static boolean isHere(String literal, Request request) {
        try {
            final InetAddress named = InetAddress.getAllByName(literal)[0];
            return named.isLoopbackAddress()
                    || (request.getConnectionMetaData().getLocalSocketAddress() instanceof InetSocketAddress here
                            && named.equals(here.getAddress()));
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
