package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultProxyTest {
    private final int port = Ports.free();
    private ServerSocket target;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        target = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = FaultProxy.start(port, target.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        target.close();
    }

    private CompletableFuture<byte[]> received() {
        return CompletableFuture.supplyAsync(() -> {
            try (Socket socket = target.accept()) {
                return socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void shouldPassSoManyBytesAndThenBreakTheConnection() throws Exception {
        final CompletableFuture<byte[]> received = received();
        try (Socket socket = connect()) {
            proxy.resetAfter(7);
            socket.getOutputStream().write("hello, world".getBytes(StandardCharsets.UTF_8));
            assertThat(received.get(60, TimeUnit.SECONDS)).asString().isEqualTo("hello, ");
            assertThat(proxy.isCut()).isTrue();
        }
    }

    @Test
    void shouldPassEverythingAgainOnceItIsRestored() throws Exception {
        proxy.resetAfter(0);
        final CompletableFuture<byte[]> first = received();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(1);
            assertThat(first.get(60, TimeUnit.SECONDS)).isEmpty();
        }
        proxy.restore();
        final CompletableFuture<byte[]> second = received();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(new byte[] {2, 3});
            socket.shutdownOutput();
            assertThat(second.get(60, TimeUnit.SECONDS)).containsExactly(2, 3);
        }
    }
}
