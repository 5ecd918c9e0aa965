package org.usagestreams.console.access;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.instance.WebSite.Caller;
import org.usagestreams.settings.Settings;

/**
 * Sign-in by an OpenID Connect provider. The browser that began it has to be the one that comes back, once, and within minutes.
 * Thread-safe.
 */
public final class OidcSignIn {
    /** The page that the provider sends browsers back to. */
    public static final String CALLBACK = "/sign-in/callback";

    private static final Logger LOG = LoggerFactory.getLogger(OidcSignIn.class);
    private static final String COOKIE = "usage-console-oidc";
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MOST = 1_000;

    private final OidcProvider provider;
    private final OidcClaims claims;
    private final Clock clock;
    private final SecureRandom random;
    private final Map<String, Pending> pending = new LinkedHashMap<>();

    private record Pending(OidcProvider.Secrets secrets, String browser, String to, long since) {}

    /**
     * A browser that is sent to the provider.
     *
     * @param cookie the header Set-Cookie by which it is known when it comes back
     */
    public record Begun(String location, String cookie) {}

    /**
     * A user whom the provider has signed in.
     *
     * @param to the page that was asked for
     */
    public record Ended(User user, String to) {}

    private OidcSignIn(Settings settings, Clock clock, SecureRandom random) {
        provider = new OidcProvider(settings, callback(settings));
        claims = OidcClaims.of(settings);
        this.clock = clock;
        this.random = random;
    }

    /**
     * As the settings have it; empty where they name no provider.
     *
     * @throws IllegalStateException where a setting is missing, or an address is not protected by TLS
     */
    public static Optional<OidcSignIn> of(Settings settings, Clock clock, SecureRandom random) {
        final String issuer = settings.text("console.oidc.issuer");
        if (issuer.isEmpty()) {
            return Optional.empty();
        }
        if (settings.text("console.oidc.client.id").isEmpty()) {
            throw new IllegalStateException(
                    "Cannot sign in by " + issuer + ": console.oidc.client.id is empty. Set it to the id of the client"
                            + " that you registered there.");
        }
        requireSafe("console.oidc.issuer", issuer);
        requireSafe("console.oidc.url", settings.text("console.oidc.url"));
        return Optional.of(new OidcSignIn(settings, clock, random));
    }

    private static URI callback(Settings settings) {
        return URI.create(settings.text("console.oidc.url").replaceFirst("/$", "") + CALLBACK);
    }

    /** Tokens cross it: without TLS, it has to be on this host. */
    private static void requireSafe(String setting, String address) {
        try {
            final URI uri = URI.create(address);
            if ("https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme())
                            && uri.getHost() != null
                            && InetAddress.getByName(uri.getHost()).isLoopbackAddress())) {
                return;
            }
        } catch (IllegalArgumentException | UnknownHostException e) {
            LOG.debug("{} is no address", setting, e);
        }
        throw new IllegalStateException("Cannot sign in by OpenID Connect: " + setting + " is '" + address
                + "'. Set it to an address with https, or with http and a name of this host.");
    }

    /**
     * Begins a sign-in.
     *
     * @param to the page that is asked for
     * @throws Access.RefusedException where the provider does not answer
     */
    public Begun begin(Caller caller, String to) throws Access.RefusedException {
        final OidcProvider.Secrets secrets =
                new OidcProvider.Secrets(Tokens.make(random), Tokens.make(random), Tokens.make(random));
        final String browser = Tokens.make(random);
        final URI location;
        try {
            location = provider.signIn(secrets);
        } catch (OidcProvider.FailedException e) {
            throw refused(e);
        }
        synchronized (pending) {
            expire();
            if (pending.size() >= MOST) {
                pending.remove(pending.keySet().iterator().next());
            }
            pending.put(Tokens.hash(secrets.state()), new Pending(secrets, Tokens.hash(browser), to, clock.millis()));
        }
        // The provider's page sends the browser back, which a strict cookie would not survive.
        return new Begun(
                location.toString(),
                cookie(caller) + "=" + browser + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + LONGEST.toSeconds()
                        + (caller.secure() ? "; Secure" : ""));
    }

    private static String cookie(Caller caller) {
        return caller.secure() ? "__Host-" + COOKIE : COOKIE;
    }

    /**
     * Ends a sign-in.
     *
     * @param ask the request with which the browser came back
     * @throws Access.RefusedException where it did not begin here, or the provider does not vouch for a user with rights
     */
    public Ended end(Ask ask) throws Access.RefusedException {
        final String browser = ask.caller().cookies().getOrDefault(cookie(ask.caller()), "");
        final Pending begun;
        synchronized (pending) {
            expire();
            begun = pending.remove(Tokens.hash(ask.text("state")));
        }
        if (begun == null || !Tokens.same(begun.browser(), Tokens.hash(browser))) {
            throw new Access.RefusedException(
                    "This sign-in did not begin in this browser, or took too long. Try again.");
        }
        try {
            final var said = provider.claims(begun.secrets(), ask.query());
            return new Ended(claims.user(said::getClaim), begun.to());
        } catch (OidcProvider.FailedException e) {
            throw refused(e);
        }
    }

    private static Access.RefusedException refused(OidcProvider.FailedException e) {
        LOG.warn("A sign-in by OpenID Connect failed: {}", e.getMessage(), e);
        return new Access.RefusedException(e.getMessage() + ". The console's log says more.");
    }

    private void expire() {
        final Iterator<Pending> oldest = pending.values().iterator();
        while (oldest.hasNext() && clock.millis() - oldest.next().since() >= LONGEST.toMillis()) {
            oldest.remove();
        }
    }
}
