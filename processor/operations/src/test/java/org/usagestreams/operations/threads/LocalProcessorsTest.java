package org.usagestreams.operations.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.instance.Health;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceMetrics;
import org.usagestreams.instance.StreamThreads;

class LocalProcessorsTest {
    @TempDir
    private Path state;

    private int count = 2;

    private final StreamThreads threads = new StreamThreads() {
        @Override
        public List<StreamThread> threads() {
            return List.of(new StreamThread("t-" + count, "RUNNING", List.of("0_1"), List.of()));
        }

        @Override
        public boolean resize(int wanted, Duration within) {
            count = wanted;
            return true;
        }
    };

    @Test
    void shouldFindNobodyWhereNothingIs() throws IOException {
        assertThat(new LocalProcessors(state.resolve("missing")).addresses(null))
                .isEmpty();
        Files.createDirectory(state.resolve("instance-0"));
        assertThat(new LocalProcessors(state).addresses(null)).isEmpty();
    }

    @Test
    void shouldShowAndChangeTheThreadsOfEach() throws Exception {
        final LocalProcessors processors = new LocalProcessors(state);
        try (HttpInterface first = start("instance-0");
                HttpInterface second = start("instance-1")) {
            assertThat(processors.addresses(null)).containsOnlyKeys("instance-0", "instance-1");
            assertThat(first.port()).isNotEqualTo(second.port());
            assertThat(processors.addresses(1)).containsOnlyKeys("instance-1");
            final HttpInterface.Address address = processors.addresses(1).get("instance-1");
            assertThat(processors.threads(address, null).threads())
                    .extracting(StreamThreads.StreamThread::name)
                    .containsExactly("t-2");
            assertThat(processors.threads(address, 5).settled()).isTrue();
            assertThat(count).isEqualTo(5);
            assertThatThrownBy(() -> processors.threads(address, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(address.url() + ": ");
        }
    }

    private HttpInterface start(String name) throws IOException {
        return HttpInterface.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Files.createDirectories(state.resolve(name)),
                "secret",
                new HttpInterface.Pages(
                        () -> Health.ready("works"),
                        new InstanceMetrics(List.of("stream-state-metrics")),
                        null,
                        threads,
                        Duration.ofSeconds(1)));
    }
}
