package org.usagestreams.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.settings.Settings;

class InstanceHttpTest {
    private final HttpInterface.Pages pages = new HttpInterface.Pages(
            () -> Health.ready("works"), new InstanceMetrics(List.of()), null, null, Duration.ofSeconds(1));

    @Test
    void shouldTakeTheNextPortWhereOneIsTaken(@TempDir Path directory) throws Exception {
        final int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        final Settings settings = Settings.of(Map.of("summary.http.port", Integer.toString(port)));
        try (InstanceSlot first = InstanceSlot.take(directory);
                HttpInterface one = InstanceHttp.start(settings, "summary.http.port", first, pages);
                InstanceSlot second = InstanceSlot.take(directory);
                HttpInterface other = InstanceHttp.start(settings, "summary.http.port", second, pages)) {
            assertEquals(port, one.port());
            assertTrue(other.port() > port && other.port() < port + 64, "port " + other.port());
        }
    }

    @Test
    void shouldNameTheSettingsWhereTheAddressIsNotToBeHad(@TempDir Path directory) {
        final Settings settings = Settings.of(Map.of("http.address", "192.0.2.1"));
        try (InstanceSlot slot = InstanceSlot.take(directory)) {
            final IllegalStateException e = assertThrows(
                    IllegalStateException.class, () -> InstanceHttp.start(settings, "summary.http.port", slot, pages));
            assertTrue(e.getMessage().contains("http.address"), e.getMessage());
        }
    }
}
