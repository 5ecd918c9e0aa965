package org.usagestreams.crash;

import io.minio.RemoveObjectArgs;
import io.minio.UploadObjectArgs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.usagestreams.standalone.ProcessCluster;

/** The uploads of some clusters: objects are uploaded, replaced, uploaded again unchanged, and removed. */
final class History {
    private static final int CLUSTERS = 2;

    private final ProcessCluster cluster;
    private final Path files;
    private final Random random;
    private final List<String> sources = new ArrayList<>();
    private final Map<Place, Set<Integer>> allowed = new HashMap<>();
    private final Map<Place, Integer> now = new HashMap<>();
    private final Map<String, Upload> bucket = new TreeMap<>();
    private final Map<Contents, Integer> versions = new HashMap<>();
    private final PayloadHistory payloads;
    private int operations;

    /** A place where versions count: an object's contents on a date of a cluster. */
    record Place(String source, int date, Contents contents) {}

    private record Upload(String source, Contents contents, int version, List<Integer> dates) {}

    /** A history of clusters of its own. */
    History(ProcessCluster cluster, Path files, long seed) {
        this.cluster = cluster;
        this.files = files;
        random = new Random(seed);
        // The last one sends payloads.
        for (int i = 0; i <= CLUSTERS; i++) {
            final String source = UUID.nameUUIDFromBytes(("crash " + seed + " " + i).getBytes(StandardCharsets.UTF_8))
                    .toString();
            sources.add(source);
            for (int date = 0; date < Contents.DATES; date++) {
                for (final Contents contents : Contents.values()) {
                    final Place place = new Place(source, date, contents);
                    allowed.put(place, new HashSet<>(Set.of(0)));
                    now.put(place, 0);
                }
            }
        }
        payloads = new PayloadHistory(cluster, random, sources.get(CLUSTERS));
    }

    List<String> sources() {
        return sources;
    }

    /** Whether that version has been in the bucket, or none. */
    synchronized boolean isAllowed(Place place, int version) {
        return allowed.get(place).contains(version);
    }

    /** What counts when all is done. */
    synchronized Map<Place, Integer> expected() {
        return Map.copyOf(now);
    }

    /** Keys that are in the bucket now. */
    synchronized List<String> keys() {
        final List<String> keys = new ArrayList<>(bucket.keySet());
        keys.addAll(payloads.keys());
        return keys;
    }

    int operations() {
        return operations;
    }

    /** Does something, and rests up to so long. */
    void step(Duration rest) throws Exception {
        operations++;
        if (random.nextInt(4) == 0) {
            payloads.step(this::expect);
        } else {
            stepObjects();
        }
        LockSupport.parkNanos((long) (rest.toNanos() * random.nextDouble()));
    }

    private void stepObjects() throws Exception {
        final String source = sources.get(random.nextInt(CLUSTERS));
        final Contents contents = random.nextBoolean() ? Contents.LARGE : Contents.SMALL;
        final Upload held = bucket.get(contents.key(source));
        final int chance = random.nextInt(10);
        if (held != null && chance < 2) {
            remove(contents.key(source));
        } else if (held != null && chance < 4) {
            upload(held);
        } else {
            final int version = versions.merge(contents, 1, Integer::sum);
            if (version >= Contents.VERSIONS) {
                throw new IllegalStateException("a history has fewer than " + Contents.VERSIONS + " uploads");
            }
            upload(new Upload(source, contents, version, dates()));
        }
    }

    /** A payload is about to be sent, which gives a date of its cluster that version. */
    private synchronized void expect(int date, int version) {
        final Place place = new Place(sources.get(CLUSTERS), date, Contents.SMALL);
        allowed.get(place).add(version);
        now.put(place, version);
    }

    private List<Integer> dates() {
        return switch (random.nextInt(5)) {
            case 0 -> List.of(0);
            case 1 -> List.of(1);
            default -> List.of(0, 1);
        };
    }

    /** Removes all that it has uploaded. */
    void removeAll() throws Exception {
        for (final String key : List.copyOf(bucket.keySet())) {
            remove(key);
        }
        payloads.removeAll();
    }

    private void upload(Upload upload) throws Exception {
        final Path file = upload.contents().file(files, upload.version(), upload.dates());
        hold(upload.contents().key(upload.source()), upload);
        cluster.client()
                .uploadObject(UploadObjectArgs.builder()
                        .bucket(cluster.settings().text("store.bucket"))
                        .object(upload.contents().key(upload.source()))
                        .filename(file.toString())
                        .build());
    }

    private void remove(String key) throws Exception {
        final Upload held = bucket.get(key);
        hold(key, new Upload(held.source(), held.contents(), 0, List.of()));
        cluster.client()
                .removeObject(RemoveObjectArgs.builder()
                        .bucket(cluster.settings().text("store.bucket"))
                        .object(key)
                        .build());
    }

    /** Before it is done: it may be seen before the store has answered. */
    private synchronized void hold(String key, Upload upload) {
        for (int date = 0; date < Contents.DATES; date++) {
            final Place place = new Place(upload.source(), date, upload.contents());
            final int version = upload.dates().contains(date) ? upload.version() : 0;
            allowed.get(place).add(version);
            now.put(place, version);
        }
        if (upload.version() == 0) {
            bucket.remove(key);
        } else {
            bucket.put(key, upload);
        }
    }
}
