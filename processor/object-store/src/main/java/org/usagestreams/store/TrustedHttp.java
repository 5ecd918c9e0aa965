package org.usagestreams.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;

/** An HTTP client that trusts the certificates of a file, and no others. */
public final class TrustedHttp {
    private TrustedHttp() {}

    /**
     * The client.
     *
     * @param authorities PEM file of certificates
     * @param setting names the file, for the message
     * @throws IllegalStateException where the file is not readable or holds none
     */
    public static OkHttpClient client(Path authorities, String setting) {
        final HandshakeCertificates.Builder trusted = new HandshakeCertificates.Builder();
        for (final Certificate certificate : certificates(authorities, setting)) {
            trusted.addTrustedCertificate((X509Certificate) certificate);
        }
        final HandshakeCertificates certificates = trusted.build();
        return new OkHttpClient.Builder()
                .sslSocketFactory(certificates.sslSocketFactory(), certificates.trustManager())
                // As the MinIO client's own.
                .protocols(List.of(Protocol.HTTP_1_1))
                .build();
    }

    private static Collection<? extends Certificate> certificates(Path file, String setting) {
        try (InputStream in = Files.newInputStream(file)) {
            final Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new CertificateException("it is empty");
            }
            return certificates;
        } catch (IOException | CertificateException e) {
            throw new IllegalStateException(
                    "Cannot read the certificates in " + file + ": " + e.getMessage() + ". Set " + setting
                            + " to a file of certificates in PEM.",
                    e);
        }
    }
}
