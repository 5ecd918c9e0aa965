package org.usagestreams.splitter;

import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Time;
import org.apache.parquet.io.InputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectVersion;

/** Attempts at splitting objects, each within the time and the output that its lane has. Thread-safe as its counters are. */
final class SplitAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationHandler.class);

    private final ObjectStore store;
    private final int readAheadBytes;
    private final ObjectSplitter splitter;
    private final SplitterCounts counts;
    private final Clock clock;
    private final Time time;
    private final ObjectTime objectTime;
    private final SplitPolicy policy;
    private final ObjectConclusions conclusions;

    SplitAttempts(
            ObjectStore store,
            int readAheadBytes,
            ObjectSplitter splitter,
            SplitterCounts counts,
            Clock clock,
            Time time,
            ObjectTime objectTime,
            SplitPolicy policy,
            ObjectConclusions conclusions) {
        this.store = store;
        this.readAheadBytes = readAheadBytes;
        this.splitter = splitter;
        this.counts = counts;
        this.clock = clock;
        this.time = time;
        this.objectTime = objectTime;
        this.policy = policy;
        this.conclusions = conclusions;
    }

    /**
     * Splits an object, or concludes why not.
     *
     * @param index of the object's event in its notification
     * @param results of earlier attempts; what this one finds out is added
     * @throws TakeBackException if the output is to be dropped, and the notification handled again
     * @throws HandOnException if it is more than the lane does
     * @throws IOException if the store is unavailable
     */
    void split(
            ObjectEvent object,
            int index,
            ObjectStore.Stored stored,
            ReadResults results,
            LaneBudget budget,
            NotificationHandler.Output output)
            throws IOException, TakeBackException, HandOnException {
        final Optional<String> rejection = object.problem(stored, policy.owners());
        if (rejection.isPresent()) {
            conclusions.conclude(
                    object, ReadResult.refused(new RejectedObjectException(rejection.get()), stored), output);
            return;
        }
        budget.admit(stored);
        final ObjectVersion version = object.version(stored);
        final long start = time.nanoseconds();
        final BoundedSink sink = new BoundedSink(
                output,
                time,
                Math.min(budget.deadline(), start + objectTime.of(stored.size()).toNanos()),
                budget);
        final Admission admission = admission(object);
        final SplitResult result;
        try {
            result = splitter.split(open(stored), version, object.report(), admission, sink);
        } catch (StoreException e) {
            budget.handOnLate(e);
            if (e.kind() == StoreException.Kind.UNAVAILABLE) {
                throw e;
            }
            final ReadResult failed = ReadResult.of(e, stored);
            takeBack(index, sink, failed);
            conclusions.conclude(object, failed, output);
            return;
        } catch (RejectedObjectException e) {
            if (e instanceof BeyondRetentionException && isReadmittedSince(object, admission)) {
                throw new TakeBackException(index, null);
            }
            budget.handOnCostly(e);
            final ReadResult failed = ReadResult.refused(e, stored);
            takeBack(index, sink, failed);
            conclusions.conclude(object, failed, output);
            return;
        } catch (ObjectSplitter.SinkException e) {
            final IOException cause = e.unwrap();
            final Optional<RejectedObjectException> tooLarge = budget.brokenOff(cause);
            final ReadResult failed = tooLarge.isPresent()
                    ? ReadResult.refused(tooLarge.get(), stored)
                    : slow(object, index, stored, results, cause);
            takeBack(index, sink, failed);
            conclusions.conclude(object, failed, output);
            return;
        }
        budget.count(object.report(), stored, result);
        Asides.settle(object.event(), output);
        output.fact(
                object.fact(version, clock.millis()).setSplit(result.toFact()).build());
        counts.of(object.organisation()).split(result, time.nanoseconds() - start);
        LOG.atInfo()
                .addKeyValue("object", Versions.objectName(version))
                .addKeyValue("organisation", object.report().organisation())
                .addKeyValue("source", object.report().source())
                .addKeyValue("report", object.report().type().name().toLowerCase(Locale.ROOT))
                .addKeyValue("dates", result.dates())
                .addKeyValue("rows", result.rows())
                .addKeyValue("dropped", result.dropped())
                .addKeyValue("unreadable_labels", result.unreadableLabels())
                .addKeyValue("chunks", result.chunks())
                .addKeyValue("millis", (time.nanoseconds() - start) / 1_000_000)
                .log("object split");
    }

    private Admission admission(ObjectEvent object) {
        final Set<LocalDate> readmitted = new HashSet<>(
                policy.readmitted().of(object.organisation(), object.report().source()));
        if (object.event().mark() != null) {
            // The order to take a day back may be on its way here.
            readmitted.addAll(object.event().mark().readmitted());
        }
        return new Admission(
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(policy.retentionDays()), readmitted);
    }

    /** Compares rather than asks what the refresh has found: others refresh too, while an object is read. */
    private boolean isReadmittedSince(ObjectEvent object, Admission before) {
        policy.readmitted().refresh();
        return !before.readmitted().containsAll(admission(object).readmitted());
    }

    /** Counts a slow attempt; the result after the last one. */
    private ReadResult slow(
            ObjectEvent object, int index, ObjectStore.Stored stored, ReadResults results, IOException cause)
            throws TakeBackException {
        final int attempts = results.addSlowAttempt(index);
        LOG.atWarn()
                .addKeyValue("object", Versions.objectName(object.version(stored)))
                .addKeyValue("bytes", stored.size())
                .addKeyValue("seconds", objectTime.of(stored.size()).toSeconds())
                .addKeyValue("attempt", attempts)
                .log("object was not split within the time for its size");
        if (attempts < objectTime.attempts()) {
            throw new TakeBackException(index, null);
        }
        return ReadResult.refused(
                new RejectedObjectException(
                        "Cannot split its " + stored.size() + " bytes within "
                                + objectTime.of(stored.size()).toSeconds() + " s, in " + attempts
                                + " attempts. Raise splitter.object.base.ms or splitter.transaction.timeout.ms, or lower"
                                + " splitter.object.bytes.per.second",
                        null,
                        cause),
                stored);
    }

    private static void takeBack(int index, BoundedSink sink, ReadResult result) throws TakeBackException {
        if (sink.isUsed()) {
            throw new TakeBackException(index, result);
        }
    }

    private InputFile open(ObjectStore.Stored stored) {
        return new RangedInputFile(
                stored.size(), readAheadBytes, (offset, length) -> store.read(stored, offset, length));
    }
}
