package org.usagestreams.operations.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.instance.Health;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceHttp;
import org.usagestreams.instance.InstanceMetrics;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.StreamThreads;
import org.usagestreams.settings.Settings;

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

    @Test
    void shouldTrustTheCertificateThatAProcessorHasWrittenDownAndNoOther() throws Exception {
        final HeldCertificate own = new HeldCertificate.Builder().build();
        final Path file = Files.writeString(state.resolve("tls.pem"), own.privateKeyPkcs8Pem() + own.certificatePem());
        final Settings settings = Settings.of(Map.of(
                "summary.http.port", "0",
                "summary.health.port", "0",
                "http.request.ms", "60000",
                "http.token.for", "all",
                "http.tls.file", file.toString()));
        final LocalProcessors processors = new LocalProcessors(state);
        try (InstanceSlot slot = InstanceSlot.take(state);
                HttpInterface http = InstanceHttp.start(settings, "summary", slot, pages())) {
            final HttpInterface.Address address = processors.addresses(0).get("instance-0");
            assertThat(address.url()).isEqualTo("https://127.0.0.1:" + http.port());
            assertThat(processors.threads(address, 3).settled()).isTrue();
            assertThat(count).isEqualTo(3);
            final HttpInterface.Address other = new HttpInterface.Address(
                    address.url(),
                    address.health(),
                    address.token(),
                    Base64.getEncoder()
                            .encodeToString(new HeldCertificate.Builder()
                                    .build()
                                    .certificate()
                                    .getEncoded()));
            assertThatThrownBy(() -> processors.threads(other, null)).isInstanceOf(IOException.class);
        }
    }

    private HttpInterface start(String name) throws IOException {
        return HttpInterface.onLoopback(Files.createDirectories(state.resolve(name)), "secret", pages());
    }

    private HttpInterface.Pages pages() {
        return new HttpInterface.Pages(
                () -> Health.ready("works"),
                new InstanceMetrics(List.of("stream-state-metrics")),
                null,
                threads,
                Duration.ofSeconds(1));
    }
}
