package org.usagestreams.instance;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.usagestreams.settings.Settings;

/** The HTTP interface of a service, from settings. */
public final class InstanceHttp {
    /** So many are tried beyond the first. */
    private static final int PORTS = 63;

    private static final int LAST_PORT = 65_535;
    private static final int TOKEN_BYTES = 32;

    private InstanceHttp() {}

    /**
     * Listens, on the first port from the setting's on that is free.
     *
     * @param port setting of the port of the first such service of a host
     */
    public static HttpInterface start(Settings settings, String port, InstanceSlot slot, HttpInterface.Pages pages) {
        final String token = token(settings);
        final int first = settings.integer(port);
        for (int next = first; ; next++) {
            try {
                return HttpInterface.start(
                        new InetSocketAddress(settings.text("http.address"), next), slot.directory(), token, pages);
            } catch (BindException e) {
                if (first == 0 || next - first == PORTS || next == LAST_PORT) {
                    throw new IllegalStateException(
                            "HTTP cannot listen on " + settings.text("http.address") + ", ports " + first + " to "
                                    + next + " (settings http.address and " + port + "): " + e.getMessage(),
                            e);
                }
            }
        }
    }

    private static String token(Settings settings) {
        final String set = settings.secret("http.token");
        if (!set.isEmpty()) {
            return set;
        }
        final ByteBuffer random = ByteBuffer.allocate(TOKEN_BYTES);
        new SecureRandom().nextBytes(random.array());
        return HexFormat.of().formatHex(random.array());
    }
}
