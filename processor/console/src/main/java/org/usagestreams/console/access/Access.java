package org.usagestreams.console.access;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.WebSite.Caller;
import org.usagestreams.settings.Settings;

/**
 * Who is signed in. Sessions are in memory: they end with the process, with their time, and with the user's line in the file.
 * Thread-safe.
 */
public final class Access {
    private static final Logger LOG = LoggerFactory.getLogger(Access.class);
    private static final int MOST_SESSIONS = 1_000;
    private static final String COOKIE = "usage-console";

    private final UsersFile users;
    private final OidcSignIn oidc;
    private final boolean forAll;
    private final Duration longest;
    private final Attempts attempts;
    private final Clock clock;
    private final SecureRandom random;
    private final Map<String, Session> sessions = new LinkedHashMap<>();

    /**
     * A session, as pages need it.
     *
     * @param csrf what a form has to carry; empty where the request carried the user's token itself
     */
    public record Visit(User user, String csrf) {}

    /**
     * What a session is known by besides its cookie.
     *
     * @param hash that of the user's token; empty for who signed in elsewhere
     * @param user who signed in elsewhere; null for who has a token
     */
    private record Session(String hash, User user, String csrf, long since) {}

    /** A sign-in was refused; the message says why. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * As the settings have it.
     *
     * @throws IllegalStateException where the file of users cannot be read, or is missing though all pages need a sign-in
     */
    public Access(Settings settings, Clock clock, SecureRandom random) {
        final String file = settings.text("console.users.file");
        users = file.isEmpty() ? null : new UsersFile(Path.of(file));
        forAll = "all".equals(settings.text("console.sign.in"));
        oidc = OidcSignIn.of(settings, clock, random).orElse(null);
        if (forAll && !isOffered()) {
            throw new IllegalStateException("Cannot have everyone sign in: there are no users. Set console.users.file"
                    + " or console.oidc.issuer.");
        }
        longest = settings.millis("console.session.ms");
        attempts = new Attempts(clock, settings.integer("console.sign.in.attempts"));
        this.clock = clock;
        this.random = random;
    }

    /** Whether anybody can sign in. */
    public boolean isOffered() {
        return users != null || oidc != null;
    }

    /** Whether those can who have a token. */
    public boolean isByToken() {
        return users != null;
    }

    /** How those can whom an identity provider knows; empty where none is set. */
    public Optional<OidcSignIn> oidc() {
        return Optional.ofNullable(oidc);
    }

    /** Whether pages are shown to those only who are signed in. */
    public boolean isForAll() {
        return forAll;
    }

    /**
     * Who asks: by the session of a cookie, or by a token in the request.
     *
     * @return empty where nobody is signed in, or too many tokens of the address were wrong
     */
    public Optional<Visit> visit(Caller caller) {
        if (!isOffered()) {
            return Optional.empty();
        }
        if (!caller.bearer().isEmpty()) {
            return token(caller).map(user -> new Visit(user, ""));
        }
        final String id = caller.cookies().get(cookie(caller));
        if (id == null) {
            return Optional.empty();
        }
        final Session session;
        synchronized (sessions) {
            expire();
            session = sessions.get(Tokens.hash(id));
        }
        if (session == null) {
            return Optional.empty();
        }
        final Optional<User> user = session.user() == null ? users.byHash(session.hash()) : Optional.of(session.user());
        return user.map(of -> new Visit(of, session.csrf()));
    }

    private Optional<User> token(Caller caller) {
        if (users == null || !attempts.mayTry(caller.address())) {
            return Optional.empty();
        }
        final Optional<User> user = users.byHash(Tokens.hash(caller.bearer()));
        if (user.isEmpty()) {
            attempts.wrong(caller.address());
        }
        return user;
    }

    /**
     * Signs in.
     *
     * @return the header Set-Cookie
     * @throws RefusedException where the token is nobody's, or too many were tried
     */
    public String signIn(Caller caller, String token) throws RefusedException {
        if (users == null) {
            throw new RefusedException("Nobody can sign in here: console.users.file is not set.");
        }
        if (!attempts.mayTry(caller.address())) {
            throw new RefusedException("Too many wrong tokens. Try again in a minute.");
        }
        final String hash = Tokens.hash(token.strip());
        final Optional<User> user = users.byHash(hash);
        if (user.isEmpty()) {
            attempts.wrong(caller.address());
            LOG.warn("Refused a sign-in from {}: unknown token", caller.address());
            throw new RefusedException("Unknown token.");
        }
        return open(caller, hash, null, user.get().name());
    }

    /** Has a user signed in whom an identity provider vouches for, until the session ends; the header Set-Cookie. */
    public String signIn(Caller caller, User user) {
        return open(caller, "", user, user.name());
    }

    private String open(Caller caller, String hash, User user, String name) {
        final String id = Tokens.make(random);
        synchronized (sessions) {
            expire();
            if (sessions.size() >= MOST_SESSIONS) {
                sessions.remove(sessions.keySet().iterator().next());
            }
            sessions.put(Tokens.hash(id), new Session(hash, user, Tokens.make(random), clock.millis()));
        }
        LOG.info("{} signed in from {}", name, caller.address());
        return header(caller, id, longest.toSeconds());
    }

    /** Ends a session; the header Set-Cookie that has the browser forget it. */
    public String signOut(Caller caller) {
        final String id = caller.cookies().get(cookie(caller));
        if (id != null) {
            synchronized (sessions) {
                sessions.remove(Tokens.hash(id));
            }
        }
        return header(caller, "", 0);
    }

    private void expire() {
        final Iterator<Session> oldest = sessions.values().iterator();
        while (oldest.hasNext() && clock.millis() - oldest.next().since() >= longest.toMillis()) {
            oldest.remove();
        }
    }

    /** Over TLS a name that browsers take from this host and over TLS only. */
    private static String cookie(Caller caller) {
        return caller.secure() ? "__Host-" + COOKIE : COOKIE;
    }

    private static String header(Caller caller, String value, long seconds) {
        return cookie(caller) + "=" + value + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + seconds
                + (caller.secure() ? "; Secure" : "");
    }
}
