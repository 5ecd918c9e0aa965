package org.usagestreams.validation;

import io.minio.DownloadObjectArgs;
import io.minio.MinioClient;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;

/** The report objects of a bucket, brought to local files one after the other. */
final class BucketReports {
    private final MinioClient client;
    private final ObjectStore store;
    private final String bucket;

    BucketReports(MinioClient client, String bucket) {
        this.client = client;
        this.bucket = bucket;
        store = new ObjectStore(client);
    }

    /** Reports that are wanted by their keys, in the listing's order; keys begin with the prefix. */
    List<ObjectStore.Listed> list(String prefix, Predicate<String> wanted) throws StoreException {
        final List<ObjectStore.Listed> found = new ArrayList<>();
        String after = "";
        while (after != null) {
            final ObjectStore.Page page = store.list(bucket, prefix, after, ObjectStore.PAGE);
            page.objects().stream()
                    .filter(object -> ExpectedSummary.sourceOf(object.key()).isPresent())
                    .filter(object -> wanted.test(object.key()))
                    .forEach(found::add);
            after = page.next();
        }
        return found;
    }

    /** An object's current version; null if it has gone. */
    ObjectStore.Stored current(String key) throws StoreException {
        return store.current(bucket, key).orElse(null);
    }

    /**
     * Downloads an object.
     *
     * @param uploaded when it was uploaded; null for what the store says
     */
    ReportObject fetch(ObjectStore.Stored stored, Instant uploaded, Path file) throws MinioException, IOException {
        client.downloadObject(DownloadObjectArgs.builder()
                .bucket(bucket)
                .object(stored.key())
                .filename(file.toString())
                .build());
        final String manifest = stored.metadata().get("manifestid");
        final boolean none = manifest == null || manifest.isBlank();
        return new ReportObject(
                file,
                stored.key(),
                uploaded != null ? uploaded : stored.lastModified(),
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
