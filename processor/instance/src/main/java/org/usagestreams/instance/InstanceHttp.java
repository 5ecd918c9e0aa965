package org.usagestreams.instance;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.config.types.Password;
import org.usagestreams.settings.Settings;

/** The HTTP interface of a service, from settings. */
public final class InstanceHttp {
    /** So many are tried beyond the first. */
    private static final int FURTHER = 63;

    private static final int TOKEN_BYTES = 32;

    private InstanceHttp() {}

    /**
     * Listens, on the first ports from the settings' on that are free, and shows the settings.
     *
     * @param service whose ports to take: {@code splitter} or {@code summary}
     * @throws IllegalStateException if the address or the ports cannot be bound, or the certificate cannot be read
     */
    public static HttpInterface start(Settings settings, String service, InstanceSlot slot, HttpInterface.Pages pages) {
        final InetSocketAddress address =
                new InetSocketAddress(settings.text("http.address"), settings.integer(service + ".http.port"));
        if (address.isUnresolved()) {
            throw new IllegalStateException("Cannot listen on " + address.getHostString()
                    + ": the name has no address. Set http.address to an address of this host.");
        }
        final String certificate = settings.text("http.tls.file");
        return HttpInterface.start(
                new HttpOptions(
                        address,
                        settings.integer(service + ".health.port"),
                        FURTHER,
                        token(settings),
                        "all".equals(settings.text("http.token.for")),
                        Set.copyOf(settings.list("http.hosts")),
                        new HttpOptions.Limits(
                                settings.integer("http.connections"),
                                settings.millis("http.request.ms"),
                                settings.integer("http.request.bytes")),
                        certificate.isEmpty()
                                ? null
                                : HttpTls.read(
                                        Path.of(certificate), new Password(settings.secret("http.tls.key.password")))),
                slot.directory(),
                pages,
                settings,
                new HttpInterface.Identity(
                        "summary".equals(service) ? "processor" : service,
                        // Null where the service has no such setting.
                        slot.name(Objects.requireNonNullElse(settings.text(service + ".instance.id"), ""))));
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
