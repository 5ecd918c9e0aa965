package org.usagestreams.completions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.usagestreams.settings.InvalidSettingsException;
import org.usagestreams.settings.Settings;

class WebhookTest {
    private static final String HOSTS = "costs.example,other.example";

    private static List<Webhook> webhooks(String urls, String secrets) {
        return Webhook.of(Settings.of(Map.of(
                CompletionSettings.WEBHOOKS,
                urls,
                CompletionSettings.HOSTS,
                HOSTS,
                CompletionSettings.SECRETS,
                secrets)));
    }

    @Test
    void shouldSignAsStandardWebhooksDefinesIt() {
        // The example of its reference libraries.
        final Webhook webhook = webhooks("https://costs.example/hook", "whsec_" + Receiver.SECRET)
                .get(0);
        assertThat(webhook.signature(
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        Instant.ofEpochSecond(1614265330),
                        "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void shouldNameEachUrlAndShowNoQuery() {
        final List<Webhook> webhooks = webhooks(
                "https://costs.example/hook?token=secret,https://other.example:8443/hook",
                Receiver.SECRET + "," + Receiver.SECRET);
        assertThat(webhooks).extracting(Webhook::name).doesNotHaveDuplicates();
        assertThat(webhooks)
                .extracting(Webhook::shown)
                .containsExactly("https://costs.example/hook", "https://other.example:8443/hook");
        assertThat(Webhook.of(Settings.of(Map.of()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://elsewhere.example/hook, its host is not among completions.webhook.hosts",
        "ftp://costs.example/hook, it does not begin with https://",
        "https://user:word@costs.example/hook, it holds a user name",
        "https:///hook, it names no host",
        "https://costs.example/h ook, Cannot use one of the URLs"
    })
    void shouldRefuseUrls(String url, String problem) {
        assertThatThrownBy(() -> webhooks(url, Receiver.SECRET))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("word");
    }

    @Test
    void shouldWantASecretForEachUrl() {
        assertThatThrownBy(() -> webhooks("https://costs.example/hook", ""))
                .hasMessageContaining("there are 0 secrets for 1 webhooks");
        assertThatThrownBy(() -> webhooks("https://costs.example/hook", "c2hvcnQ="))
                .hasMessageContaining("number 1 is not Base64 of 24 to 64 bytes")
                .hasMessageNotContaining("c2hvcnQ");
    }
}
