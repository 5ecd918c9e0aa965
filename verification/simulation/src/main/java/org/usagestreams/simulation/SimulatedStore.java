package org.usagestreams.simulation;

import io.minio.MinioClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
    private final TreeMap<String, List<Version>> objects = new TreeMap<>();
    private final StoreDeliveries deliveries;
    private final Map<String, Long> forbiddenUntil = new TreeMap<>();
    private long sequence;
    private Outage outage = Outage.NONE;
    private long outageUntil;
    private boolean wholeSeconds;
    private long emptyUntil;
    private long emptyEver = Long.MIN_VALUE;
    private Map<String, Version> oldListing = Map.of();
    private long oldListingUntil;

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
     * @param addedAt true time of the change
     * @param visibleAt when readers see it
     */
    record Version(String etag, String versionId, byte[] content, Instant modified, long addedAt, long visibleAt) {}

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
        deliveries = new StoreDeliveries(world, sink);
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

    /** Tells times of listings to the second only, as Amazon S3 does. */
    public void listWholeSeconds() {
        wholeSeconds = true;
    }

    /** Answers as an empty bucket until then, as where a wrong or fresh store has its address. */
    public void beEmpty(long until) {
        emptyUntil = Math.max(emptyUntil, until);
        emptyEver = emptyUntil;
    }

    /** Lists until then what there is now; objects themselves are read as they are. */
    public void listAsNow(long until) {
        oldListing = new TreeMap<>();
        objects.keySet().forEach(key -> {
            final Version version = current(key, world.now());
            if (version != null) {
                oldListing.put(key, version);
            }
        });
        oldListingUntil = until;
    }

    /** Whether the object has been there, for all readers, since this time. */
    public boolean wasThereSince(String key, long since) {
        final List<Version> versions = objects.getOrDefault(key, List.of());
        if (emptyEver >= since || versions.isEmpty()) {
            return false;
        }
        final Version last = versions.get(versions.size() - 1);
        return last.content() != null && last.addedAt() < since && last.visibleAt() < since;
    }

    /** Whether notifications are still to be sent. */
    public boolean isQuiet() {
        return deliveries.isEmpty()
                && world.now() >= outageUntil
                && world.now() >= emptyUntil
                && world.now() >= oldListingUntil
                && forbiddenUntil.values().stream().allMatch(until -> world.now() >= until);
    }

    /** Milliseconds since 1970 of true time. */
    public long now() {
        return world.now();
    }

    Outage outage() {
        return world.now() < outageUntil ? outage : Outage.NONE;
    }

    boolean isForbidden(String key) {
        return forbiddenUntil.getOrDefault(key, 0L) > world.now();
    }

    /** The current version as readers see it at this time; null for none. */
    Version current(String key, long at) {
        if (world.now() < emptyUntil && at <= world.now()) {
            return null;
        }
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
        if (world.now() < emptyUntil) {
            return null;
        }
        return objects.getOrDefault(key, List.of()).stream()
                .filter(version -> version.versionId().equals(id) && version.content() != null)
                .findFirst()
                .orElse(null);
    }

    /** What a listing shows, by key. */
    Map<String, Version> listing() {
        if (world.now() < oldListingUntil && world.now() >= emptyUntil) {
            return oldListing;
        }
        final Map<String, Version> listing = new TreeMap<>();
        objects.keySet().forEach(key -> {
            final Version version = current(key, world.now());
            if (version != null) {
                listing.put(key, version);
            }
        });
        return listing;
    }

    /** A version's time in a listing. */
    Instant listedTime(Version version) {
        return wholeSeconds ? version.modified().truncatedTo(ChronoUnit.SECONDS) : version.modified();
    }

    private Instant stamp(int server) {
        return Instant.ofEpochMilli(world.now() + skews[server]);
    }

    private Version add(String key, byte[] content, Instant stamp, Notice notice) {
        final Version version = new Version(
                content == null ? "" : etag(content),
                versioned ? "v" + sequence++ : "",
                content,
                stamp,
                world.now(),
                world.now() + notice.visibleAfterMillis());
        final List<Version> versions = objects.computeIfAbsent(key, k -> new ArrayList<>());
        versions.add(version);
        if (!versioned && versions.size() > 2) {
            versions.remove(0);
        }
        return version;
    }

    private void send(String name, String key, String etag, String version, Instant stamp, Notice notice) {
        deliveries.send(
                BUCKET + "/" + key,
                StoreEvents.record(shape, name, BUCKET, key, etag, version, stamp),
                notice.copies(),
                notice.delayMillis());
    }

    /** The ETag of an object that is uploaded in one part. */
    public static String etag(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
