package org.usagestreams.commandline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.settings.Settings;

class PartTest {
    private static Settings brokers(String servers) {
        return Settings.of(Map.of("kafka.bootstrap.servers", servers));
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static int free() throws IOException {
        try (ServerSocket socket = listen()) {
            return socket.getLocalPort();
        }
    }

    @Test
    void shouldNameAddressAndSettingOfWhatDoesNotAnswer() throws IOException {
        final int port = free();
        assertThatThrownBy(() -> Part.KAFKA.requireReachable(brokers("127.0.0.1:" + port)))
                .hasMessage("Cannot reach Kafka: 127.0.0.1:" + port
                        + " does not answer. Check kafka.bootstrap.servers, and that it runs.");
    }

    @Test
    void shouldBeContentWithOneThatAnswers() throws IOException {
        try (ServerSocket server = listen()) {
            final String servers = "127.0.0.1:" + free() + ", PLAINTEXT://127.0.0.1:" + server.getLocalPort();
            assertThatCode(() -> Part.KAFKA.requireReachable(brokers(servers))).doesNotThrowAnyException();
        }
    }
}
