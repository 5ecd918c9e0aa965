package org.usagestreams.command;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.settings.Settings;

/** The HTTP interface of a service, from settings. */
final class InstanceHttp {
    private static final int TOKEN_BYTES = 32;

    private InstanceHttp() {}

    /**
     * Listens.
     *
     * @param port setting of the port of the first such service of a host
     */
    static HttpInterface start(Settings settings, String port, InstanceSlot slot, HttpInterface.Pages pages) {
        final int first = settings.integer(port);
        return HttpInterface.start(
                new InetSocketAddress(settings.text("http.address"), first == 0 ? 0 : first + slot.number()),
                slot.directory(),
                token(settings),
                pages);
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
