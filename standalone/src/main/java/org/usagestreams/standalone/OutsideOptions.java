package org.usagestreams.standalone;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.usagestreams.settings.InvalidSettingsException;
import org.usagestreams.settings.Settings;
import picocli.CommandLine.Option;

/** The options that name what is there already, so that a cluster does not start its own. */
final class OutsideOptions {
    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT,...",
            description = "Uses this Kafka instead of starting a broker. Other settings of clients: -s kafka.*=...")
    private String kafka;

    @Option(
            names = "--s3",
            paramLabel = "URL",
            description = "Uses the object store at this URL instead of starting one: -s store.access.key=... -s"
                    + " store.secret.key=... -s store.bucket=... The bucket must send its notifications to Kafka"
                    + " (docs/how-to/object-stores.md).")
    private URI s3;

    @Option(
            names = "--postgres",
            paramLabel = "URL",
            description =
                    "Uses the database at this URL, such as postgresql://localhost:5432/usage, instead of starting"
                            + " one: -s postgres.user=... -s postgres.password=... A value may refer to the environment or"
                            + " a file ($${env:NAME}).")
    private String postgres;

    /**
     * What was named.
     *
     * @param given the settings of the call, with user, password and keys
     * @throws InvalidSettingsException where one is missing
     */
    ExternalParts parts(Map<String, String> given) {
        final Settings settings = Settings.of(given);
        return new ExternalParts(kafka, database(settings), store(settings), () -> {});
    }

    private ExternalParts.At database(Settings settings) {
        if (postgres == null) {
            return null;
        }
        final String url = postgres.startsWith("jdbc:") ? postgres : "jdbc:" + postgres;
        if (!url.matches("jdbc:postgresql://[^@]+/.+")) {
            throw new InvalidSettingsException(List.of("--postgres: '" + postgres.replaceFirst("//[^@]*@", "//...@")
                    + "' is not a URL such as postgresql://localhost:5432/usage. User and password are settings:"
                    + " -s postgres.user=... -s postgres.password=..."));
        }
        return new ExternalParts.At(url, settings.text("postgres.user"), settings.plain("postgres.password"));
    }

    private ExternalParts.Store store(Settings settings) {
        if (s3 == null) {
            return null;
        }
        final String access = settings.text("store.access.key");
        final String secret = settings.plain("store.secret.key");
        if (access.isEmpty() || secret.isEmpty()) {
            throw new InvalidSettingsException(
                    List.of("--s3 needs keys: -s store.access.key=... -s store.secret.key=..."));
        }
        return new ExternalParts.Store(s3.toString(), access, secret, (client, bucket) -> {});
    }
}
