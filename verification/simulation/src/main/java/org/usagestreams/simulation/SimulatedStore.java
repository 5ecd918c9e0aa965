package org.usagestreams.simulation;

import io.minio.MinioClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import org.usagestreams.simulation.StoreEvents.Shape;

/**
 * A bucket behind the S3 API. Uploads and removals are simulated by methods; reading goes through the real {@link MinioClient},
 * whose requests {@link StoreAnswers} answers without a socket. Each change sends its event to a {@link Sink}, unless it is
 * lost, after a delay, as often as asked for. The store has two servers with clocks of their own, which stamp versions and
 * events.
 */
public final class SimulatedStore {
    /** The bucket's name. */
    public static final String BUCKET = "reports";

    private final World world;
    private final boolean versioned;
    private final Shape shape;
    private final long[] skews;
    private final Sink sink;
    private final TreeMap<String, List<Version>> objects = new TreeMap<>();
    private final PriorityQueue<Sent> sent = new PriorityQueue<>();
    private final Map<String, Long> forbiddenUntil = new TreeMap<>();
    private long sequence;
    private Outage outage = Outage.NONE;
    private long outageUntil;

    /** Takes the bucket's notifications. */
    @FunctionalInterface
    public interface Sink {
        /** A record for the notification topic. */
        void send(String key, byte[] value);
    }

    /** How the store fails. */
    public enum Outage {
        NONE,
        /** No connection. */
        UNREACHABLE,
        /** The store says 503. */
        SLOW_DOWN,
        /** The ingress before the store says 404, without a request id. */
        INGRESS_404,
        /** The keys are not known: 403. */
        FORBIDDEN
    }

    /**
     * How a change is noticed.
     *
     * @param server 0 or 1; it stamps
     * @param copies how often the event is sent; 0 for a lost one
     * @param delayMillis until it is sent; more than the next event's reorders them
     * @param visibleAfterMillis until readers see the change
     */
    public record Notice(int server, int copies, long delayMillis, long visibleAfterMillis) {
        /** Sent once and at once, and seen at once. */
        public static final Notice PLAIN = new Notice(0, 1, 0, 0);
    }

    /**
     * A version of an object.
     *
     * @param content null for a delete marker
     * @param modified by the clock of the server that took it
     * @param visibleAt when readers see it
     */
    record Version(String etag, String versionId, byte[] content, Instant modified, long visibleAt) {}

    private record Sent(long due, long sequence, String key, byte[] value) implements Comparable<Sent> {
        @Override
        public int compareTo(Sent other) {
            return due != other.due ? Long.compare(due, other.due) : Long.compare(sequence, other.sequence);
        }
    }

    /**
     * An empty bucket.
     *
     * @param versioned whether versions are kept
     * @param minio whether events have MinIO's shape; else Amazon's
     * @param skews how far the clocks of the two servers are ahead, in milliseconds
     */
    public SimulatedStore(World world, boolean versioned, boolean minio, long[] skews, Sink sink) {
        this.world = world;
        this.versioned = versioned;
        this.shape = minio ? Shape.MINIO : Shape.AWS;
        this.skews = skews.clone();
        this.sink = sink;
        world.onTick(() -> sent.isEmpty() ? Long.MAX_VALUE : sent.peek().due(), this::deliver);
    }

    /** The real client; it calls the store on the thread that calls it. */
    public MinioClient client() {
        final OkHttpClient http = new OkHttpClient.Builder()
                .dispatcher(new Dispatcher(new CallingThread()))
                .addInterceptor(new StoreAnswers(world, this))
                .build();
        return MinioClient.builder()
                .endpoint("http://store.simulated:9000")
                .region("us-east-1")
                .httpClient(http)
                .build();
    }

    /** Uploads an object. */
    public void put(String key, byte[] content, Notice notice) {
        final Instant stamp = stamp(notice.server());
        final Version version = add(key, content, stamp, notice);
        send("ObjectCreated:Put", key, version.etag(), version.versionId(), stamp, notice);
    }

    /** Removes an object: with versioning by a marker. */
    public void remove(String key, Notice notice) {
        final Instant stamp = stamp(notice.server());
        if (versioned) {
            final Version marker = add(key, null, stamp, notice);
            send("ObjectRemoved:DeleteMarkerCreated", key, "", marker.versionId(), stamp, notice);
        } else {
            if (objects.remove(key) != null) {
                send("ObjectRemoved:Delete", key, "", "", stamp, notice);
            }
        }
    }

    /**
     * Removes an object as a batch delete of MinIO does: it is gone at once, and stamped and told of later, however it was
     * uploaded meanwhile.
     */
    public void removeInBatch(String key, long stampAfterMillis, Notice notice) {
        if (versioned) {
            remove(key, notice);
            return;
        }
        if (objects.remove(key) != null) {
            final Instant stamp = stamp(notice.server()).plusMillis(stampAfterMillis);
            send(
                    "ObjectRemoved:Delete",
                    key,
                    "",
                    "",
                    stamp,
                    new Notice(notice.server(), notice.copies(), notice.delayMillis() + stampAfterMillis, 0));
        }
    }

    /** Removes what is not the current version, as a lifecycle rule does. */
    public void expireNoncurrent(String key, Notice notice) {
        final List<Version> versions = objects.get(key);
        if (versions == null || !versioned) {
            return;
        }
        while (versions.size() > 1) {
            final Version gone = versions.remove(0);
            send("ObjectRemoved:Delete", key, "", gone.versionId(), stamp(notice.server()), notice);
        }
    }

    /** Changes an object's tags, which changes nothing that counts. */
    public void tag(String key, boolean remove, Notice notice) {
        final Version current = current(key, Long.MAX_VALUE);
        if (current != null) {
            send(
                    remove ? "ObjectCreated:DeleteTagging" : "ObjectCreated:PutTagging",
                    key,
                    current.etag(),
                    current.versionId(),
                    stamp(notice.server()),
                    notice);
        }
    }

    /** Fails in this way until then. */
    public void fail(Outage how, long until) {
        outage = how;
        outageUntil = until;
    }

    /** Answers 403 for this object until then. */
    public void forbid(String key, long until) {
        forbiddenUntil.put(key, until);
    }

    /** What the bucket has, by key; what readers do not see yet included. */
    public Map<String, byte[]> contents() {
        final Map<String, byte[]> contents = new TreeMap<>();
        objects.forEach((key, versions) -> {
            final Version last = versions.get(versions.size() - 1);
            if (last.content() != null) {
                contents.put(key, last.content());
            }
        });
        return contents;
    }

    /** Whether notifications are still to be sent. */
    public boolean isQuiet() {
        return sent.isEmpty() && world.now() >= outageUntil;
    }

    Outage outage() {
        return world.now() < outageUntil ? outage : Outage.NONE;
    }

    boolean isForbidden(String key) {
        return forbiddenUntil.getOrDefault(key, 0L) > world.now();
    }

    /** The current version as readers see it at this time; null for none. */
    Version current(String key, long at) {
        final List<Version> versions = objects.getOrDefault(key, List.of());
        for (int i = versions.size() - 1; i >= 0; i--) {
            if (versions.get(i).visibleAt() <= at) {
                return versions.get(i).content() == null ? null : versions.get(i);
            }
        }
        return null;
    }

    /** A version by its id; null for none. */
    Version version(String key, String id) {
        return objects.getOrDefault(key, List.of()).stream()
                .filter(version -> version.versionId().equals(id) && version.content() != null)
                .findFirst()
                .orElse(null);
    }

    /** Keys of objects that a listing shows. */
    List<String> keys() {
        return objects.keySet().stream()
                .filter(key -> current(key, world.now()) != null)
                .toList();
    }

    private Instant stamp(int server) {
        return Instant.ofEpochMilli(world.now() + skews[server]);
    }

    private Version add(String key, byte[] content, Instant stamp, Notice notice) {
        final Version version = new Version(
                content == null ? "" : md5(content),
                versioned ? "v" + sequence++ : "",
                content,
                stamp,
                world.now() + notice.visibleAfterMillis());
        final List<Version> versions = objects.computeIfAbsent(key, k -> new ArrayList<>());
        versions.add(version);
        if (!versioned && versions.size() > 2) {
            versions.remove(0);
        }
        return version;
    }

    private void send(String name, String key, String etag, String version, Instant stamp, Notice notice) {
        final byte[] value = StoreEvents.record(shape, name, BUCKET, key, etag, version, stamp);
        for (int i = 0; i < notice.copies(); i++) {
            sent.add(new Sent(world.now() + notice.delayMillis() + i * 50L, sequence++, BUCKET + "/" + key, value));
        }
    }

    private void deliver() {
        while (!sent.isEmpty() && sent.peek().due() <= world.now()) {
            final Sent next = sent.poll();
            sink.send(next.key(), next.value());
        }
    }

    private static String md5(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
