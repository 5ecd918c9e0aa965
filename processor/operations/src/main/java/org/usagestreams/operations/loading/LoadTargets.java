package org.usagestreams.operations.loading;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.usagestreams.operations.upload.PlannedUpload;
import org.usagestreams.operations.upload.UploadPlan;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.notification.ReportKey;

/** Finds the current versions of the objects that a command names. Not thread-safe. */
public final class LoadTargets {
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final ObjectStore store;
    private final String bucket;
    private final UploadPlan plan;

    /**
     * Looks into this bucket.
     *
     * @param plan tells where files belong
     */
    public LoadTargets(ObjectStore store, String bucket, UploadPlan plan) {
        this.store = store;
        this.bucket = bucket;
        this.plan = plan;
    }

    /** Whether this can name a cluster. */
    public static boolean isSource(String text) {
        return UUID.matcher(text).matches();
    }

    /** The current versions of what was uploaded; what is no longer in the bucket is left out. */
    public List<ObjectStore.Stored> of(List<PlannedUpload> files) throws IOException {
        final List<ObjectStore.Stored> targets = new ArrayList<>();
        for (final PlannedUpload file : files) {
            store.current(bucket, file.key()).ifPresent(targets::add);
        }
        return targets;
    }

    /**
     * The current versions of what is named.
     *
     * @param names each an object's key, with or without bucket; a file that was uploaded, or its folder; or the UUID of a
     *     cluster, for all of its objects
     * @param organisation only a cluster's objects of this organisation; null for all
     * @param prefix where to look for a cluster's objects
     * @throws IOException where the bucket has nothing of a name, or cannot be asked
     */
    public List<ObjectStore.Stored> named(List<String> names, String organisation, String prefix) throws IOException {
        final List<ObjectStore.Stored> targets = new ArrayList<>();
        for (final String name : names) {
            if (isSource(name)) {
                targets.addAll(ofSource(name, organisation, prefix));
            } else {
                for (final String key : keys(name)) {
                    targets.add(store.current(bucket, key)
                            .orElseThrow(() -> new IOException("Cannot wait for " + bucket + "/" + key
                                    + ": there is no such object in the bucket, and no such file here.")));
                }
            }
        }
        return targets;
    }

    /** As the listing has them: asking for each of them would take long. */
    private List<ObjectStore.Stored> ofSource(String source, String organisation, String prefix) throws IOException {
        final String wanted = source.toLowerCase(Locale.ROOT);
        final List<ObjectStore.Stored> found = new ArrayList<>();
        String after = "";
        while (after != null) {
            final ObjectStore.Page page = store.list(bucket, prefix, after, ObjectStore.PAGE);
            for (final ObjectStore.Listed object : page.objects()) {
                final Optional<ReportKey> report = ReportKey.of(object.key())
                        .filter(key -> key.source().equals(wanted)
                                && (organisation == null || organisation.equals(key.organisation())));
                if (report.isPresent()) {
                    found.add(new ObjectStore.Stored(
                            bucket, object.key(), object.etag(), "", object.size(), object.lastModified(), Map.of()));
                }
            }
            after = page.next();
        }
        if (found.isEmpty()) {
            throw new IOException("Cannot wait for source " + source + ": bucket " + bucket + " has no report of it"
                    + (organisation == null ? "" : " in organisation " + organisation) + ". Upload one first.");
        }
        return found;
    }

    private List<String> keys(String name) throws IOException {
        if (Files.exists(Path.of(name))) {
            return plan.plan(List.of(Path.of(name)), null, null, LocalDate.now(ZoneOffset.UTC)).stream()
                    .map(PlannedUpload::key)
                    .toList();
        }
        return List.of(name.startsWith(bucket + "/") ? name.substring(bucket.length() + 1) : name);
    }
}
