package org.usagestreams.standalone;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** An S3 endpoint on files, whose buckets send notifications. */
final class S3Endpoint implements AutoCloseable {
    private final S3Proxy proxy;
    private final URI uri;

    private S3Endpoint(S3Proxy proxy, URI uri) {
        this.proxy = proxy;
        this.uri = uri;
    }

    /**
     * What the endpoint shows who it is with.
     *
     * @param file PKCS #12
     */
    record KeyStore(Path file, String password) {}

    static S3Endpoint start(
            Path directory,
            int port,
            String accessKey,
            String secretKey,
            Consumer<BucketNotifications.Notification> notifications)
            throws Exception {
        return start(directory, port, accessKey, secretKey, null, notifications);
    }

    /** Starts it, with TLS where there is a key store, which else is null. */
    static S3Endpoint start(
            Path directory,
            int port,
            String accessKey,
            String secretKey,
            KeyStore keys,
            Consumer<BucketNotifications.Notification> notifications)
            throws Exception {
        Files.createDirectories(directory);
        final URI uri = URI.create((keys == null ? "http" : "https") + "://127.0.0.1:" + port);
        final S3Proxy.Builder builder = S3Proxy.builder()
                .blobStore(new NotifyingBlobStore(
                        new FilesystemNio2BlobStore(directory.toString()), notifications, Clock.systemUTC()))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(24);
        if (keys == null) {
            builder.endpoint(uri);
        } else {
            builder.secureEndpoint(uri).keyStore(keys.file().toString(), keys.password());
        }
        final S3Proxy proxy = builder.build();
        proxy.start();
        return new S3Endpoint(proxy, uri);
    }

    String url() {
        return uri.toString();
    }

    @Override
    public void close() throws IOException {
        try {
            proxy.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IOException("the S3 endpoint did not stop", e);
        }
    }
}
