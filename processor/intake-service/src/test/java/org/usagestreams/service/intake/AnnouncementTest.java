package org.usagestreams.service.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an ingress says. */
class AnnouncementTest {
    private static Announcement parse(String json) throws Announcement.MalformedException {
        return Announcement.parse(json.getBytes(UTF_8));
    }

    @Test
    void shouldReadWhatAnIngressWrites() throws Exception {
        assertThat(
                        parse(
                                "{\"account\":\"0000001\",\"category\":\"tar\",\"content_type\":"
                                        + "\"application/vnd.redhat.hccm.tar+tgz\",\"metadata\":{\"reporter\":\"\"},\"request_id\":"
                                        + "\"52df9f748eabcfea\",\"principal\":\"1\",\"org_id\":\"3340851\",\"service\":\"hccm\",\"size\":1024,"
                                        + "\"url\":\"https://store/p?sig=1\",\"b64_identity\":\"e30=\",\"timestamp\":\"2026-08-01T00:00:00Z\"}"))
                .isEqualTo(new Announcement("52df9f748eabcfea", "3340851", "https://store/p?sig=1", 1024));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"identity\":{\"org_id\":\"77\",\"internal\":{\"org_id\":\"78\"}}}",
                "{\"identity\":{\"internal\":{\"org_id\":\"77\"}}}"
            })
    void shouldTakeTheOrganisationFromTheIdentity(String identity) throws Exception {
        final String encoded = Base64.getEncoder().encodeToString(identity.getBytes(UTF_8));
        assertThat(parse("{\"request_id\":\"r\",\"url\":\"http://h/\",\"b64_identity\":\"" + encoded + "\"}")
                        .orgId())
                .isEqualTo("77");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "[]",
                "{\"request_id\":\"a/b\",\"org_id\":\"1\",\"url\":\"http://h/\"}",
                "{\"request_id\":\"r\",\"org_id\":\"../1\",\"url\":\"http://h/\"}",
                "{\"request_id\":\"r\",\"url\":\"http://h/\"}",
                "{\"request_id\":\"r\",\"url\":\"http://h/\",\"b64_identity\":\"???\"}",
                "{\"request_id\":\"r\",\"org_id\":\"1\"}"
            })
    void shouldRefuseWhatLacksSomething(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(Announcement.MalformedException.class);
    }

    @Test
    void shouldRefuseARecordWithoutAValue() {
        assertThatThrownBy(() -> Announcement.parse(null)).isInstanceOf(Announcement.MalformedException.class);
    }
}
