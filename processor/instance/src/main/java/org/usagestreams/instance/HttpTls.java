package org.usagestreams.instance;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * With what a server proves who it is.
 *
 * @param certificate its own, the first of the chain
 */
record HttpTls(SSLContext context, X509Certificate certificate) {

    /**
     * Reads them, as Kafka's clients read theirs.
     *
     * @param file PEM: the private key (PKCS#8) and the chain of certificates, its own first
     * @param keyPassword of the private key; empty where it is not encrypted
     * @throws IllegalStateException where the file is not readable or lacks either
     */
    static HttpTls read(Path file, Password keyPassword) {
        final Map<String, Object> configuration = new HashMap<>();
        configuration.put(SslConfigs.SSL_PROTOCOL_CONFIG, SslConfigs.DEFAULT_SSL_PROTOCOL);
        configuration.put(SslConfigs.SSL_CIPHER_SUITES_CONFIG, List.of());
        configuration.put(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG, List.of("TLSv1.3", "TLSv1.2"));
        configuration.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, DefaultSslEngineFactory.PEM_TYPE);
        configuration.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, file.toString());
        configuration.put(
                SslConfigs.SSL_KEY_PASSWORD_CONFIG, keyPassword.value().isEmpty() ? null : keyPassword);
        configuration.put(SslConfigs.SSL_KEYMANAGER_ALGORITHM_CONFIG, SslConfigs.DEFAULT_SSL_KEYMANGER_ALGORITHM);
        configuration.put(SslConfigs.SSL_TRUSTMANAGER_ALGORITHM_CONFIG, SslConfigs.DEFAULT_SSL_TRUSTMANAGER_ALGORITHM);
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(configuration);
            final KeyStore keys = factory.keystore();
            final String alias = Collections.list(keys.aliases()).get(0);
            return new HttpTls(factory.sslContext(), (X509Certificate) keys.getCertificate(alias));
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IllegalStateException(
                    "Cannot read the key and certificate in " + file + ": "
                            + (e.getCause() == null ? e : e.getCause()).getMessage()
                            + ". Set http.tls.file to a PEM file with the private key (PKCS#8) and the certificates.",
                    e);
        }
    }

    /** The certificate in Base64 of DER. */
    String encodedCertificate() {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("it was decoded before", e);
        }
    }
}
