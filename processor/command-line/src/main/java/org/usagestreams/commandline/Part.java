package org.usagestreams.commandline;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;
import org.usagestreams.settings.Settings;

/** A system that a command talks to. Their clients try for up to minutes; this tells within seconds that nobody is there. */
public enum Part {
    KAFKA("Kafka", "kafka.bootstrap.servers", 9092),
    STORE("the object store", "store.endpoint", 80),
    POSTGRES("PostgreSQL", "postgres.url", 5432);

    /** Of all addresses together. */
    private static final int WITHIN_MILLIS = 8_000;

    private static final Pattern URL = Pattern.compile("^(?:jdbc:)?[a-z0-9]+://([^/?]*)");
    private static final Pattern ADDRESS = Pattern.compile("(?:[^@]*@)?(\\[[^\\]]+\\]|[^:]+)(?::(\\d+))?");

    private final String title;
    private final String setting;
    private final int port;

    Part(String title, String setting, int port) {
        this.title = title;
        this.setting = setting;
        this.port = port;
    }

    /**
     * Returns if a connection can be made to one of the addresses that the settings name.
     *
     * @throws UnreachableException if none can; its message names the addresses and the setting
     */
    public void requireReachable(Settings settings) {
        final String value = settings.text(setting);
        final List<InetSocketAddress> addresses = addresses(value);
        final List<String> problems = new ArrayList<>();
        for (final InetSocketAddress address : addresses) {
            try (Socket socket = new Socket()) {
                socket.connect(address, WITHIN_MILLIS / addresses.size());
                return;
            } catch (IOException e) {
                problems.add(address.getHostString() + ":" + address.getPort() + " "
                        + (address.isUnresolved() ? "is not known" : "does not answer"));
            }
        }
        if (!problems.isEmpty()) {
            throw new UnreachableException("Cannot reach " + title + ": " + String.join(", ", problems) + ". Check "
                    + setting + ", and that it runs.");
        }
    }

    /** Tries in a thread of its own whether one of the addresses answers, and logs a warning within seconds if none does. */
    void warnUnlessReachable(Settings settings) {
        final Thread thread = new Thread(
                () -> {
                    try {
                        requireReachable(settings);
                    } catch (UnreachableException e) {
                        LoggerFactory.getLogger(Part.class).warn("{} Waiting until it answers.", e.getMessage());
                    }
                },
                "reachable-" + setting);
        thread.setDaemon(true);
        thread.start();
    }

    /** What is not an address is left to the client, which says what is wrong with it. */
    private List<InetSocketAddress> addresses(String value) {
        final Matcher url = URL.matcher(value);
        final String hosts = url.find() ? url.group(1) : value;
        final int otherwise = value.startsWith("https:") ? 443 : port;
        final List<InetSocketAddress> addresses = new ArrayList<>();
        for (final String host : hosts.split(",", -1)) {
            final Matcher address = ADDRESS.matcher(host.strip().replaceFirst("^[0-9A-Za-z+._-]*://", ""));
            if (address.matches()) {
                addresses.add(new InetSocketAddress(
                        address.group(1).replaceAll("[\\[\\]]", ""),
                        address.group(2) == null ? otherwise : Integer.parseInt(address.group(2))));
            }
        }
        return addresses;
    }

    /** Nobody is there. */
    static final class UnreachableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message) {
            super(message);
        }
    }
}
