package org.usagestreams.completions;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.usagestreams.settings.InvalidSettingsException;
import org.usagestreams.settings.Settings;

/** Where events are posted to, and what they are signed with. Immutable. */
final class Webhook {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String SECRET_PREFIX = "whsec_";
    private static final int LEAST_SECRET_BYTES = 24;
    private static final int MOST_SECRET_BYTES = 64;
    private static final int NAME_BYTES = 4;

    private final URI uri;
    private final SecretKeySpec key;

    private Webhook(URI uri, byte[] secret) {
        this.uri = uri;
        key = new SecretKeySpec(secret, ALGORITHM);
    }

    /**
     * The webhooks of an installation.
     *
     * @throws InvalidSettingsException listing all that is wrong
     */
    static List<Webhook> of(Settings settings) {
        final List<String> urls = settings.list(CompletionSettings.WEBHOOKS);
        final String given = settings.secret(CompletionSettings.SECRETS);
        final List<String> secrets = given.isBlank() ? List.of() : List.of(given.split(",", -1));
        final List<String> problems = new ArrayList<>();
        if (secrets.size() != urls.size()) {
            problems.add(CompletionSettings.SECRETS + ": there are " + secrets.size() + " secrets for " + urls.size()
                    + " webhooks. Give one for each, in the order of " + CompletionSettings.WEBHOOKS + ".");
        }
        final List<Webhook> webhooks = new ArrayList<>();
        for (int i = 0; i < urls.size(); i++) {
            final URI uri = uri(urls.get(i), settings.list(CompletionSettings.HOSTS), problems);
            final byte[] secret = i < secrets.size() ? secret(secrets.get(i).strip(), i, problems) : null;
            if (uri != null && secret != null) {
                webhooks.add(new Webhook(uri, secret));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidSettingsException(problems);
        }
        return webhooks;
    }

    private static URI uri(String url, List<String> hosts, List<String> problems) {
        final String problem;
        try {
            final URI uri = new URI(url);
            final String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                problem = "it does not begin with https:// or http://";
            } else if (uri.getUserInfo() != null) {
                problem = "it holds a user name. Receivers know us by the signature";
            } else if (uri.getHost() == null || uri.getFragment() != null) {
                problem = "it names no host, or has a fragment";
            } else if (hosts.stream().noneMatch(uri.getHost()::equalsIgnoreCase)) {
                problem = "its host is not among " + CompletionSettings.HOSTS + ". Add " + uri.getHost() + " to it";
            } else {
                return uri;
            }
        } catch (URISyntaxException e) {
            problems.add(CompletionSettings.WEBHOOKS + ": Cannot use one of the URLs: " + e.getReason() + ".");
            return null;
        }
        problems.add(CompletionSettings.WEBHOOKS + ": Cannot use " + url.replaceFirst("//[^/]*@", "//") + ": " + problem
                + ".");
        return null;
    }

    private static byte[] secret(String text, int index, List<String> problems) {
        try {
            final byte[] secret = Base64.getDecoder()
                    .decode(text.startsWith(SECRET_PREFIX) ? text.substring(SECRET_PREFIX.length()) : text);
            if (secret.length >= LEAST_SECRET_BYTES && secret.length <= MOST_SECRET_BYTES) {
                return secret;
            }
        } catch (IllegalArgumentException e) {
            // It is told below, without the secret.
        }
        problems.add(CompletionSettings.SECRETS + ": number " + (index + 1) + " is not Base64 of " + LEAST_SECRET_BYTES
                + " to " + MOST_SECRET_BYTES + " bytes. Generate one with openssl rand -base64 32.");
        return null;
    }

    URI uri() {
        return uri;
    }

    /** Scheme, host, port and path: what logs and metrics may show, since a query may hold a token. */
    String shown() {
        return uri.getScheme() + "://" + uri.getRawAuthority() + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    /** Tells it from other webhooks, over restarts. */
    String name() {
        try {
            final byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(uri.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The signature of a request as Standard Webhooks 1.0 defines it: HMAC-SHA256 of id, time and body. */
    String signature(String id, Instant sent, byte[] body) {
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((id + "." + sent.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }
}
