package org.usagestreams.reconciler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerView;
import org.usagestreams.store.ObjectFilter;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.PayloadKey;
import org.usagestreams.wire.notification.ReportKey;

/**
 * One comparison of a bucket with the ledger. Reads both page by page in the order of keys, so memory does not grow with
 * either. What looks missed is checked again after everything under way has arrived, and only then published.
 */
public final class Reconciler {
    private final Listing listing;
    private final LedgerView ledger;
    private final Way way;
    private final Options options;
    private final Time time;
    private final Output output;

    /** Waits until what is on its way has arrived: null, or what is late. */
    public interface Way {
        String await(Duration timeout);
    }

    /** Takes the events that were missed. */
    public interface Output {
        /** One event. */
        void publish(BucketEvent event);

        /** The end of a page: what was published has to be safe. */
        void flush();
    }

    /**
     * What to compare; see the settings of the same names.
     *
     * @param page most objects that are looked at again at once
     * @param patience how long what is on its way is waited for
     * @param removals how many objects may be declared removed
     */
    public record Options(
            String bucket,
            String prefix,
            ObjectFilter filter,
            Duration grace,
            int page,
            Duration patience,
            RemovalLimit removals) {}

    /**
     * What was found.
     *
     * @param listed objects in the bucket
     * @param created creations that were missed
     * @param removed removals that were missed
     * @param late null, or why the round ended before its time
     * @param refused null, or why no removal was published: there were more than the limit allows
     */
    public record Result(long listed, long created, long removed, String late, String refused) {}

    public Reconciler(Listing listing, LedgerView ledger, Way way, Options options, Time time, Output output) {
        this.listing = listing;
        this.ledger = ledger;
        this.way = way;
        this.options = options;
        this.time = time;
        this.output = output;
    }

    /** An object that looks as if an event of it was missed; null where it is not listed. */
    private record Suspect(String key, ObjectStore.Listed listed) {
        /** The listing knows an object's time better than the object does. */
        boolean isListedAs(ObjectStore.Listed object) {
            return listed != null && listed.etag().equals(object.etag());
        }
    }

    /**
     * Compares once.
     *
     * @param listed hears how many objects were listed so far
     */
    public Result run(Consumer<Long> listed) throws IOException, SQLException {
        final Instant before = Instant.ofEpochMilli(time.milliseconds()).minus(options.grace());
        final Listed objects = new Listed();
        final Entries entries = new Entries();
        final Round round = new Round(before);
        final List<Suspect> suspects = new ArrayList<>();
        String late = null;
        ObjectStore.Listed object = objects.next();
        LedgerRow entry = entries.next();
        while (object != null || entry != null) {
            final int order = object == null ? 1 : entry == null ? -1 : compareKeys(object.key(), entry.key());
            final Suspect suspect =
                    order <= 0 ? suspect(object, order == 0 ? entry : null, before) : suspect(entry, before);
            if (suspect != null) {
                suspects.add(suspect);
            }
            object = order <= 0 ? objects.next() : object;
            entry = order >= 0 ? entries.next() : entry;
            listed.accept(objects.count);
            if (suspects.size() >= options.page() || (object == null && entry == null && !suspects.isEmpty())) {
                late = round.confirm(suspects);
                suspects.clear();
                if (late != null || round.isOverLimit()) {
                    break;
                }
            }
        }
        if (late == null && !round.isOverLimit()) {
            round.publishRemovals();
        }
        return new Result(objects.count, round.created, round.removed, late, round.refusal());
    }

    /** The order of the bucket's listing and of the ledger's table. */
    private static int compareKeys(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A version that was read before readers of the store saw it may be known as replaced, by the version before it. Its
     * creation is published again where the store has it as the current one.
     */
    private Suspect suspect(ObjectStore.Listed object, LedgerRow entry, Instant before) {
        final boolean known = entry != null
                && entry.etag().equals(object.etag())
                && entry.state() != UploadState.REMOVED
                && !entry.isReplaced();
        return known || object.lastModified().isAfter(before) || !isProcessed(object.key())
                ? null
                : new Suspect(object.key(), object);
    }

    private boolean isProcessed(String key) {
        return PayloadKey.of(key).isPresent()
                || (ReportKey.of(key).isPresent() && options.filter().takes(key));
    }

    private static Suspect suspect(LedgerRow entry, Instant before) {
        return entry.state() == UploadState.REMOVED || entry.eventAt().isAfter(before)
                ? null
                : new Suspect(entry.key(), null);
    }

    /** What one comparison has found so far. Removals are held back until it is known that they are not too many. */
    private final class Round {
        private final Instant before;
        private final long allowed;
        private final List<BucketEvent> removals = new ArrayList<>();
        private long created;
        private long removed;

        Round(Instant before) throws SQLException {
            this.before = before;
            allowed = options.removals().isNone()
                    ? Long.MAX_VALUE
                    : options.removals().of(ledger.countObjects(options.bucket(), options.prefix()));
        }

        boolean isOverLimit() {
            return removed + removals.size() > allowed;
        }

        /** Null where the limit was kept. */
        String refusal() {
            return isOverLimit()
                    ? "Cannot declare more than " + allowed + " objects removed at once: bucket " + options.bucket()
                            + " lacks that many of those that the ledger knows"
                    : null;
        }

        /** Looks again: by now the ledger may know, and the bucket may be another than the one that was listed. */
        String confirm(List<Suspect> suspects) throws IOException, SQLException {
            final String late = way.await(options.patience());
            if (late != null) {
                return late;
            }
            final Map<String, LedgerRow> newest = ledger.newest(
                    options.bucket(), suspects.stream().map(Suspect::key).toList());
            for (final Suspect suspect : suspects) {
                final LedgerRow entry = newest.get(suspect.key());
                final ObjectStore.Listed now = listing.now(suspect.key())
                        .map(object -> suspect.isListedAs(object) ? suspect.listed() : object)
                        .orElse(null);
                if (now != null && suspect(now, entry, before) != null) {
                    output.publish(created(now, entry));
                    created++;
                } else if (now == null && entry != null && suspect(entry, before) != null) {
                    removals.add(Reconciler.this.removed(entry));
                    if (isOverLimit()) {
                        break;
                    }
                }
            }
            if (options.removals().isNone()) {
                publishRemovals();
            } else {
                output.flush();
            }
            return null;
        }

        void publishRemovals() {
            removals.forEach(output::publish);
            removed += removals.size();
            removals.clear();
            output.flush();
        }
    }

    /** The event is newer than what the ledger knows, however coarse the store's times are. */
    private BucketEvent created(ObjectStore.Listed object, LedgerRow entry) {
        final Instant after =
                entry == null ? Instant.EPOCH : entry.lastEventAt().plusMillis(1);
        return new BucketEvent(
                BucketEvent.Kind.CREATED,
                options.bucket(),
                object.key(),
                object.etag(),
                "",
                "",
                object.lastModified().isBefore(after) ? after : object.lastModified(),
                new EventMark(EventMark.Origin.RECONCILE, object.lastModified(), Set.of()));
    }

    /** No later than need be: what is uploaded again meanwhile is newer. */
    private BucketEvent removed(LedgerRow entry) {
        return new BucketEvent(
                BucketEvent.Kind.REMOVED,
                options.bucket(),
                entry.key(),
                entry.etag(),
                entry.versionId(),
                "",
                entry.eventAt().plusMillis(1),
                new EventMark(EventMark.Origin.RECONCILE, entry.uploadedAt(), Set.of()));
    }

    /** The objects of the bucket, one after the other. */
    private final class Listed {
        private List<ObjectStore.Listed> page = List.of();
        private String after = "";
        private int at;
        private long count;

        ObjectStore.Listed next() throws IOException {
            while (at == page.size() && after != null) {
                final ObjectStore.Page next = listing.page(after);
                page = next.objects();
                after = next.next();
                at = 0;
            }
            if (at == page.size()) {
                return null;
            }
            count++;
            return page.get(at++);
        }
    }

    /** The ledger's newest entry of each object, one after the other. */
    private final class Entries {
        private List<LedgerRow> page = List.of();
        private String after = "";
        private boolean ended;
        private int at;

        LedgerRow next() throws SQLException {
            if (at == page.size() && !ended) {
                page = ledger.newest(options.bucket(), options.prefix(), after, options.page());
                at = 0;
                ended = page.size() < options.page();
                after = page.isEmpty() ? after : page.get(page.size() - 1).key();
            }
            return at == page.size() ? null : page.get(at++);
        }
    }
}
