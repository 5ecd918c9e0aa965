package org.usagestreams.instance;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** Sign-in to the console by an identity provider. */
final class ConsoleOidcSettings {
    private ConsoleOidcSettings() {}

    private static void text(ConfigDef definition, String name, String value, Importance importance, String about) {
        definition.define("console.oidc." + name, STRING, value, importance, about);
    }

    static void define(ConfigDef definition) {
        text(
                definition,
                "issuer",
                "",
                MEDIUM,
                "Address of an OpenID Connect provider by which people sign in to the console, such as"
                        + " https://sso.example.com/realms/usage. Empty: none.");
        text(definition, "client.id", "", MEDIUM, "Id of the client that is registered there for the console.");
        definition.define(
                "console.oidc.client.secret",
                PASSWORD,
                "",
                MEDIUM,
                "Secret of that client. Empty: it is a public client. PKCE is used in both cases.");
        text(
                definition,
                "url",
                "http://127.0.0.1:18880",
                MEDIUM,
                "Address by which browsers reach the console. Register this address with /sign-in/callback appended as"
                        + " the client's redirect URI.");
        text(definition, "scope", "openid profile", LOW, "Scopes that are asked for, with spaces between them.");
        definition.define(
                "console.oidc.algorithm",
                STRING,
                "RS256",
                in("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"),
                LOW,
                "Algorithm with which the provider signs ID tokens. Others are refused.");
        text(definition, "name.claim", "preferred_username", LOW, "Claim of the ID token that names the user.");
        text(
                definition,
                "roles.claim",
                "roles",
                MEDIUM,
                "Claim that has the user's roles: a list, or a text with spaces or commas. Dots lead into a claim, as"
                        + " in realm_access.roles.");
        text(definition, "viewer.role", "usage-viewer", MEDIUM, "Role of those who read.");
        text(definition, "operator.role", "usage-operator", MEDIUM, "Role of those who read and change.");
        text(
                definition,
                "organisations.claim",
                "organisations",
                MEDIUM,
                "Claim that has the user's organisations, in the form of the roles; * for all. Who has none is"
                        + " refused.");
    }
}
