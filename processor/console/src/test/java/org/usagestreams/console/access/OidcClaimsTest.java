package org.usagestreams.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.usagestreams.console.access.User.Role;
import org.usagestreams.settings.Settings;

class OidcClaimsTest {
    private static final OidcClaims CLAIMS = OidcClaims.of(Settings.of(Map.of()));

    private static User user(Map<String, Object> claims) throws Access.RefusedException {
        return CLAIMS.user(claims::get);
    }

    @Test
    void shouldTakeNameRoleAndOrganisationsFromClaims() throws Access.RefusedException {
        assertThat(user(Map.of(
                        "preferred_username", "anna",
                        "roles", List.of("other", "usage-operator", "usage-viewer"),
                        "organisations", List.of("org1", "org2"))))
                .isEqualTo(new User("oidc:anna", Role.OPERATOR, Set.of("org1", "org2")));
        assertThat(user(Map.of("sub", "17", "roles", "usage-viewer other", "organisations", "org1, org2")))
                .isEqualTo(new User("oidc:17", Role.VIEWER, Set.of("org1", "org2")));
    }

    @Test
    void shouldFollowAPathIntoAClaimUnlessAClaimHasThatName() throws Access.RefusedException {
        final OidcClaims claims = OidcClaims.of(Settings.of(Map.of(
                "console.oidc.roles.claim", "realm_access.roles",
                "console.oidc.organisations.claim", "https://claims.example/organisations",
                "console.oidc.viewer.role", "v")));
        final Map<String, Object> said = new HashMap<>(Map.of(
                "sub", "anna",
                "realm_access", Map.of("roles", List.of("v")),
                "https://claims.example/organisations", List.of("*")));
        assertThat(claims.user(said::get)).isEqualTo(new User("oidc:anna", Role.VIEWER, Set.of("*")));
        said.put("realm_access", "v");
        assertThatThrownBy(() -> claims.user(said::get)).isInstanceOf(Access.RefusedException.class);
    }

    @Test
    void shouldRefuseWhoHasNoRoleOrNoOrganisation() {
        assertThatThrownBy(() -> user(Map.of("sub", "a", "roles", List.of("admin"), "organisations", List.of("*"))))
                .hasMessageContaining("usage-viewer");
        assertThatThrownBy(() -> user(Map.of("sub", "a", "organisations", List.of("*"))))
                .isInstanceOf(Access.RefusedException.class);
        assertThatThrownBy(() -> user(Map.of("sub", "a", "roles", List.of("usage-operator"))))
                .hasMessageContaining("organisations");
        assertThatThrownBy(() -> user(Map.of("sub", "a", "roles", List.of("usage-operator"), "organisations", 7)))
                .isInstanceOf(Access.RefusedException.class);
    }

    @Test
    void shouldRefuseToStartWhereTokensWouldCrossANetworkWithoutTls() {
        final Map<String, String> settings = new HashMap<>(Map.of(
                "console.oidc.issuer", "http://127.0.0.1:8443/realms/usage", "console.oidc.client.id", "console"));
        assertThat(sign(settings)).isPresent();
        settings.put("console.oidc.url", "http://192.0.2.1");
        assertThatThrownBy(() -> sign(settings)).hasMessageContaining("console.oidc.url is 'http://192.0.2.1'");
        settings.put("console.oidc.url", "https://console.example.com");
        assertThat(sign(settings)).isPresent();
        settings.put("console.oidc.issuer", "http://192.0.2.1/realms/usage");
        assertThatThrownBy(() -> sign(settings)).hasMessageContaining("console.oidc.issuer");
        settings.put("console.oidc.client.id", "");
        assertThatThrownBy(() -> sign(settings)).hasMessageContaining("console.oidc.client.id");
    }

    private static Optional<OidcSignIn> sign(Map<String, String> settings) {
        return OidcSignIn.of(Settings.of(settings), Clock.systemUTC(), new SecureRandom());
    }
}
