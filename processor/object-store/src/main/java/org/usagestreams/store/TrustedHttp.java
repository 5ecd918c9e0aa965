package org.usagestreams.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/** An HTTP client that trusts certificates of a file. */
final class TrustedHttp {
    private TrustedHttp() {}

    /**
     * The client.
     *
     * @param authorities PEM file of certificates
     * @throws IllegalStateException where the file is not readable or holds none
     */
    static OkHttpClient client(Path authorities) {
        try (InputStream in = Files.newInputStream(authorities)) {
            final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (final Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            if (number == 0) {
                throw new GeneralSecurityException("it holds no certificate");
            }
            final TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return new OkHttpClient.Builder()
                    .sslSocketFactory(context.getSocketFactory(), (X509TrustManager) trust.getTrustManagers()[0])
                    // As the MinIO client's own.
                    .protocols(List.of(Protocol.HTTP_1_1))
                    .build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "store.ca.file: " + authorities + " holds no certificates in PEM: " + e.getMessage(), e);
        }
    }
}
