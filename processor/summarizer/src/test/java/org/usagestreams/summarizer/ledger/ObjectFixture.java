package org.usagestreams.summarizer.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.wire.message.Current;
import org.usagestreams.wire.message.DaySliceStatus;
import org.usagestreams.wire.message.DeadLetterDiscarded;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.Loaded;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectLedger;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Received;
import org.usagestreams.wire.message.SliceStatus;
import org.usagestreams.wire.message.Split;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.MalformedNotificationException;
import org.usagestreams.wire.notification.NotificationParser;

/** The ledger of an object, what is found out of its versions, and what that leads to. */
final class ObjectFixture {
    /** Past versions that are kept. */
    static final int LIMIT = 4;

    /** Entries as they changed, in order. */
    final List<LedgerEntry> changed = new ArrayList<>();

    /** Ids of dead letters that are settled. */
    final List<String> settled = new ArrayList<>();

    /** Versions that the splitter is asked for. */
    final List<BucketEvent> asked = new ArrayList<>();

    ObjectLedger ledger = ObjectLedger.getDefaultInstance();
    private long now = 1_000_000;

    static ObjectVersion version(String etag, long time) {
        return ObjectVersion.newBuilder()
                .setBucket("b")
                .setKey("k")
                .setEtag(etag)
                .setEventTimeMillis(time)
                .setUploadedMillis(time)
                .build();
    }

    ObjectFact.Builder fact(String etag, long time) {
        return ObjectFact.newBuilder().setVersion(version(etag, time)).setFoundMillis(now++);
    }

    void apply(ObjectFact.Builder fact) {
        final ObjectEntries.Change change = ObjectEntries.apply(ledger, fact.build(), LIMIT);
        ledger = change.ledger();
        changed.addAll(change.changed());
        settled.addAll(change.settled());
        for (final ObjectEntries.Asked record : change.asked()) {
            try {
                asked.addAll(NotificationParser.parse(record.value()));
            } catch (MalformedNotificationException e) {
                throw new AssertionError(e);
            }
        }
    }

    void received(String etag, long time) {
        apply(fact(etag, time).setReceived(Received.getDefaultInstance()));
    }

    void split(String etag, long time, Integer... dates) {
        apply(fact(etag, time).setSplit(Split.newBuilder().setRows(7).addAllDates(List.of(dates))));
    }

    void status(String etag, long time, int date, SliceStatus status) {
        apply(fact(etag, time)
                .setSliceStatus(DaySliceStatus.newBuilder().setDate(date).setStatus(status)));
    }

    void failed(String etag, long time, String deadLetter) {
        apply(fact(etag, time)
                .setFailed(Failed.newBuilder()
                        .setStep("SPLIT")
                        .setReason("no Parquet")
                        .setDeadLetter(deadLetter)));
    }

    void discarded(String deadLetter) {
        apply(fact("", 0)
                .setDeadLetterDiscarded(DeadLetterDiscarded.newBuilder().setDeadLetter(deadLetter)));
    }

    void gone(String etag, long time) {
        apply(fact(etag, time).setGone(Gone.getDefaultInstance()));
    }

    void current(String etag, long time, boolean readUnknown) {
        apply(fact(etag, time).setCurrent(Current.newBuilder().setReadUnknown(readUnknown)));
    }

    void loaded(String etag, long time) {
        final long counted = ledger.getEntriesList().stream()
                .filter(entry -> entry.getVersion().getEtag().equals(etag))
                .mapToLong(LedgerEntry::getCountedMillis)
                .findFirst()
                .orElseThrow();
        apply(fact(etag, time).setLoaded(Loaded.newBuilder().setCountedMillis(counted)));
    }

    Map<String, String> states() {
        final Map<String, String> states = new TreeMap<>();
        ledger.getEntriesList().forEach(entry -> states.put(entry.getVersion().getEtag(), entry.getState()));
        return states;
    }
}
