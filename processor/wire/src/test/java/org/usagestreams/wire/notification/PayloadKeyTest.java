package org.usagestreams.wire.notification;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which keys are those of payloads. */
class PayloadKeyTest {
    @ParameterizedTest
    @ValueSource(strings = {"payloads/org1/a.tar.gz", "payloads/org1/a.tgz", "payloads/org1/2025/11/a.tar.gz"})
    void shouldKnowPayloads(String key) {
        assertThat(PayloadKey.of(key)).contains(new PayloadKey("org1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payloads/a.tar.gz",
                "payloads//a.tar.gz",
                "payloads/org1/.tar.gz/b",
                "payloads/org1/a.zip",
                "payloads/org1/../org2/a.tar.gz",
                "payloads/a|b/a.tar.gz",
                "payloads/org1/a\n.tar.gz",
                "data/payloads/org1/a.tar.gz",
                "data/org1/OCP/source=00000000-0000-4000-8000-000000000001/openshift_pod_usage_line_items/a.parquet"
            })
    void shouldKnowNoOthers(String key) {
        assertThat(PayloadKey.of(key)).isEmpty();
    }

    @Test
    void shouldMakeKeysThatItKnows() {
        assertThat(PayloadKey.of("org1", "00ff")).isEqualTo("payloads/org1/00ff.tar.gz");
        assertThat(PayloadKey.of(PayloadKey.of("org1", "00ff"))).contains(new PayloadKey("org1"));
    }
}
