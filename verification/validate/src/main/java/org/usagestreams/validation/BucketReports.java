package org.usagestreams.validation;

import io.minio.DownloadObjectArgs;
import io.minio.MinioClient;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.usagestreams.store.ObjectStore;

/** The report objects of a bucket, brought to local files one after the other. */
final class BucketReports {
    private final MinioClient client;
    private final ObjectStore store;
    private final String bucket;
    private final BiFunction<String, String, Instant> uploadTimes;

    /**
     * Reads from a bucket.
     *
     * @param uploadTimes tells for key and etag when an object was uploaded, more precisely than the store's whole
     *     seconds; null where it does not know
     */
    BucketReports(MinioClient client, String bucket, BiFunction<String, String, Instant> uploadTimes) {
        this.client = client;
        this.bucket = bucket;
        this.uploadTimes = uploadTimes;
        store = new ObjectStore(client);
    }

    /** Keys of reports that are wanted, in the listing's order. */
    List<String> keys(Predicate<String> wanted) throws Exception {
        final List<String> keys = new ArrayList<>();
        String after = "";
        while (after != null) {
            final ObjectStore.Page page = store.list(bucket, "", after, ObjectStore.PAGE);
            page.objects().stream()
                    .map(ObjectStore.Listed::key)
                    .filter(key -> ExpectedSummary.sourceOf(key).isPresent())
                    .filter(wanted)
                    .forEach(keys::add);
            after = page.next();
        }
        return keys;
    }

    /** Downloads an object and its metadata; null where it has gone meanwhile. */
    ReportObject fetch(String key, Path file) throws Exception {
        final ObjectStore.Stored stored = store.current(bucket, key).orElse(null);
        if (stored == null) {
            return null;
        }
        client.downloadObject(DownloadObjectArgs.builder()
                .bucket(bucket)
                .object(key)
                .filename(file.toString())
                .build());
        final String manifest = stored.metadata().get("manifestid");
        final boolean none = manifest == null || manifest.isBlank();
        final Instant known = uploadTimes.apply(key, stored.etag());
        return new ReportObject(
                file,
                key,
                known != null ? known : stored.lastModified(),
                none ? null : manifest.strip(),
                hours(stored.metadata().get("reportnumhours")));
    }

    private static long hours(String text) {
        try {
            return text == null ? -1 : Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
