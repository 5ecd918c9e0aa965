package org.usagestreams.operations.replay;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerView;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.ReportKey;

/**
 * Has objects split again: writes a notification for each, later than what the ledger knows of it. Objects with line items of a day
 * beyond retention are left out: they would be refused, and with them their line items of other days.
 */
final class BucketReplay {
    private final Settings settings;
    private final ObjectStore store;
    private final LedgerView ledger;
    private final Predicate<DayKey> kept;

    /** @param kept the days for which objects are not refused */
    BucketReplay(Settings settings, ObjectStore store, LedgerView ledger, Predicate<DayKey> kept) {
        this.settings = settings;
        this.store = store;
        this.ledger = ledger;
        this.kept = kept;
    }

    /** An object, and the notification that has it split again. */
    record Again(ObjectStore.Listed object, BucketEvent event) {}

    /**
     * Finds the objects, page by page.
     *
     * @return how many are left out, because they count for a day beyond retention
     */
    long find(Replay.Objects which, Consumer<List<Again>> pages) throws IOException, SQLException {
        final String bucket = settings.text("store.bucket");
        long leftOut = 0;
        String after = "";
        while (after != null) {
            final ObjectStore.Page page = store.list(bucket, which.prefix(), after, ObjectStore.PAGE);
            final List<ObjectStore.Listed> reports = page.objects().stream()
                    .filter(object -> isMeant(object, which.days()))
                    .toList();
            final List<String> keys =
                    reports.stream().map(ObjectStore.Listed::key).toList();
            final Map<String, LedgerRow> known = ledger.newest(bucket, keys);
            final Set<String> holding = which.days().from() == null
                    ? new HashSet<>(keys)
                    : ledger.holding(
                            bucket, keys, which.days().from(), which.days().to());
            final Map<String, Set<LocalDate>> dates = ledger.dates(bucket, keys);
            final List<Again> again = new ArrayList<>();
            for (final ObjectStore.Listed object : reports) {
                final LedgerRow row = known.get(object.key());
                // What the ledger does not know may hold any date.
                if (row != null && !holding.contains(object.key())) {
                    continue;
                }
                if (!areKept(object.key(), dates.getOrDefault(object.key(), Set.of()))) {
                    leftOut++;
                } else {
                    again.add(new Again(object, event(bucket, object, row)));
                }
            }
            pages.accept(again);
            after = page.next();
        }
        return leftOut;
    }

    private boolean areKept(String key, Set<LocalDate> dates) {
        final ReportKey report = ReportKey.of(key).orElseThrow();
        return dates.stream().allMatch(date -> kept.test(new DayKey(report.organisation(), report.source(), date)));
    }

    private boolean isMeant(ObjectStore.Listed object, DayScope days) {
        return StoreSettings.filter(settings).takes(object.key())
                && ReportKey.of(object.key()).filter(days::mayHold).isPresent();
    }

    /** Which of two objects is newer decides about line items that both have: the time of the upload stays. */
    private static BucketEvent event(String bucket, ObjectStore.Listed object, LedgerRow known) {
        final boolean same = known != null && known.etag().equals(object.etag());
        final Instant time = known == null || known.lastEventAt().isBefore(object.lastModified())
                ? object.lastModified()
                : known.lastEventAt().plusMillis(1);
        return new BucketEvent(
                BucketEvent.Kind.CREATED,
                bucket,
                object.key(),
                object.etag(),
                "",
                "",
                time,
                new EventMark(EventMark.Origin.REPLAY, same ? known.uploadedAt() : object.lastModified(), Set.of()));
    }
}
