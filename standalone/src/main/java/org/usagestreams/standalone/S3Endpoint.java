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
    private final int port;

    private S3Endpoint(S3Proxy proxy, int port) {
        this.proxy = proxy;
        this.port = port;
    }

    static S3Endpoint start(
            Path directory,
            int port,
            String accessKey,
            String secretKey,
            Consumer<BucketNotifications.Notification> notifications)
            throws Exception {
        Files.createDirectories(directory);
        final S3Proxy proxy = S3Proxy.builder()
                .blobStore(new NotifyingBlobStore(
                        new FilesystemNio2BlobStore(directory.toString()), notifications, Clock.systemUTC()))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(24)
                .build();
        proxy.start();
        return new S3Endpoint(proxy, port);
    }

    String url() {
        return "http://127.0.0.1:" + port;
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
