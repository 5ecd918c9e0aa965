package org.usagestreams.console.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.AuthenticationSuccessResponse;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.usagestreams.settings.Settings;

/** What is said to an OpenID Connect provider: authorization code flow with PKCE. Its metadata are asked for once. Thread-safe. */
final class OidcProvider {
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int MOST_BYTES = 1 << 20;

    private final Issuer issuer;
    private final ClientID client;
    private final Secret secret;
    private final URI callback;
    private final Scope scope;
    private final JWSAlgorithm algorithm;
    private Known known;

    /** What only the console knows of a sign-in that has begun. */
    record Secrets(String state, String nonce, String verifier) {}

    /** The metadata, and what validates tokens by its keys. */
    private record Known(OIDCProviderMetadata metadata, IDTokenValidator validator) {}

    /** The provider does not answer, or its answer is not valid. The message says which, without values of the answer. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        FailedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    OidcProvider(Settings settings, URI callback) {
        issuer = new Issuer(settings.text("console.oidc.issuer"));
        client = new ClientID(settings.text("console.oidc.client.id"));
        final String text = settings.secret("console.oidc.client.secret");
        secret = text.isEmpty() ? null : new Secret(text);
        this.callback = callback;
        scope = Scope.parse(settings.text("console.oidc.scope"));
        algorithm = JWSAlgorithm.parse(settings.text("console.oidc.algorithm"));
    }

    private synchronized Known known() throws FailedException {
        try {
            if (known == null) {
                final OIDCProviderMetadata metadata =
                        OIDCProviderMetadata.resolve(issuer, TIMEOUT_MILLIS, TIMEOUT_MILLIS);
                known = new Known(
                        metadata,
                        new IDTokenValidator(
                                issuer,
                                client,
                                algorithm,
                                metadata.getJWKSetURI().toURL(),
                                new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MOST_BYTES)));
            }
            return known;
        } catch (GeneralException | IOException | RuntimeException e) {
            throw new FailedException("Cannot read the metadata of the identity provider " + issuer, e);
        }
    }

    /** Where the browser is sent to sign in. */
    URI signIn(Secrets secrets) throws FailedException {
        return new AuthenticationRequest.Builder(ResponseType.CODE, scope, client, callback)
                .endpointURI(known().metadata().getAuthorizationEndpointURI())
                .state(new State(secrets.state()))
                .nonce(new Nonce(secrets.nonce()))
                .codeChallenge(new CodeVerifier(secrets.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /**
     * The claims of whom the provider has sent back.
     *
     * @param query the parameters with which the browser came back
     */
    IDTokenClaimsSet claims(Secrets secrets, Map<String, String> query) throws FailedException {
        try {
            final Map<String, List<String>> parameters = new HashMap<>();
            query.forEach((name, value) -> parameters.put(name, List.of(value)));
            final AuthenticationResponse response = AuthenticationResponseParser.parse(callback, parameters);
            if (!response.indicatesSuccess()) {
                throw new FailedException("The identity provider refused the sign-in", null);
            }
            if (response.getIssuer() != null && !response.getIssuer().equals(issuer)) {
                throw new FailedException("Another identity provider answered", null);
            }
            final TokenResponse tokens = OIDCTokenResponseParser.parse(
                    tokenRequest(response.toSuccessResponse(), secrets).send());
            if (!tokens.indicatesSuccess()) {
                throw new FailedException("The identity provider did not return a token", null);
            }
            return known().validator()
                    .validate(
                            ((OIDCTokenResponse) tokens.toSuccessResponse())
                                    .getOIDCTokens()
                                    .getIDToken(),
                            new Nonce(secrets.nonce()));
        } catch (ParseException | BadJOSEException | JOSEException e) {
            throw new FailedException("The answer of the identity provider is not valid", e);
        } catch (IOException e) {
            throw new FailedException("The identity provider does not answer", e);
        }
    }

    private HTTPRequest tokenRequest(AuthenticationSuccessResponse response, Secrets secrets) throws FailedException {
        final OIDCProviderMetadata metadata = known().metadata();
        final URI endpoint = metadata.getTokenEndpointURI();
        final AuthorizationCodeGrant grant = new AuthorizationCodeGrant(
                response.getAuthorizationCode(), callback, new CodeVerifier(secrets.verifier()));
        final TokenRequest.Builder request;
        if (secret == null) {
            request = new TokenRequest.Builder(endpoint, client, grant);
        } else {
            // Where the metadata name no method, it is this one.
            final List<ClientAuthenticationMethod> methods = metadata.getTokenEndpointAuthMethods();
            request = methods == null || methods.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                    ? new TokenRequest.Builder(endpoint, new ClientSecretBasic(client, secret), grant)
                    : new TokenRequest.Builder(endpoint, new ClientSecretPost(client, secret), grant);
        }
        final HTTPRequest http = request.build().toHTTPRequest();
        http.setConnectTimeout(TIMEOUT_MILLIS);
        http.setReadTimeout(TIMEOUT_MILLIS);
        return http;
    }
}
