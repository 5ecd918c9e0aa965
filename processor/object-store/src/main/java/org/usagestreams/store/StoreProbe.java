package org.usagestreams.store;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells a store that is unavailable from one object that cannot be read: it reads a byte of other objects. It asks for those
 * that were read last, then for the first of the bucket's listing. A bucket that answers its listing and has no other
 * object counts as available.
 *
 * <p>Bounded: it remembers {@value #REMEMBERED} objects, and sends at most {@value #REMEMBERED} + {@value #LISTED} + 1
 * requests. Thread-safe.
 */
final class StoreProbe {
    private static final int REMEMBERED = 3;
    private static final int LISTED = 3;

    private final Requests requests;
    private final String homeBucket;
    private final Set<Name> read = new LinkedHashSet<>();

    /** An object's name. */
    record Name(String bucket, String key) {}

    /** What a probe asks the store, without a probe of its own. */
    interface Requests {
        /** Reads a byte of an object. */
        void readByte(Name object) throws StoreException;

        /** Names of a bucket's first objects that have bytes. */
        List<Name> first(String bucket, int limit) throws StoreException;
    }

    /**
     * A probe.
     *
     * @param homeBucket the bucket that is listed; null for that of the object that failed
     */
    StoreProbe(Requests requests, String homeBucket) {
        this.requests = requests;
        this.homeBucket = homeBucket;
    }

    /** Remembers that bytes of an object were read. */
    synchronized void remember(String bucket, String key) {
        final Name name = new Name(bucket, key);
        read.remove(name);
        read.add(name);
        if (read.size() > REMEMBERED) {
            final Iterator<Name> oldest = read.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private synchronized List<Name> remembered() {
        return new ArrayList<>(read);
    }

    private synchronized void forget(Name name) {
        read.remove(name);
    }

    /**
     * Decides a failure that can be the object's or the store's. Where the time for the request was over, nobody else is asked:
     * that would take as long again.
     *
     * @return the failure as it is, where its kind is known; else one of kind {@code UNREADABLE} or {@code UNAVAILABLE}
     */
    StoreException decide(String bucket, String key, StoreException failure) {
        if (failure.kind() != StoreException.Kind.UNAVAILABLE
                || StoreFailures.isOutOfTime(failure)
                || !canReadOthers(new Name(bucket, key))) {
            return failure;
        }
        return new StoreException(StoreException.Kind.UNREADABLE, failure.getMessage(), failure);
    }

    private boolean canReadOthers(Name failed) {
        for (final Name name : remembered()) {
            if (!name.equals(failed)) {
                final Answer answer = ask(name);
                if (answer != Answer.FAILED) {
                    return answer == Answer.READ;
                }
            }
        }
        final List<Name> listed;
        try {
            listed = new ArrayList<>(requests.first(homeBucket == null ? failed.bucket() : homeBucket, LISTED + 1));
        } catch (StoreException e) {
            return false;
        }
        listed.remove(failed);
        for (final Name name : listed) {
            final Answer answer = ask(name);
            if (answer != Answer.FAILED) {
                return answer == Answer.READ;
            }
        }
        return listed.isEmpty();
    }

    private enum Answer {
        READ,
        FAILED,
        /** None came; further requests would only take time. */
        NONE
    }

    private Answer ask(Name name) {
        try {
            requests.readByte(name);
            return Answer.READ;
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.GONE) {
                // The store knows its objects, and takes our keys.
                forget(name);
                return Answer.READ;
            }
            return StoreFailures.isWithoutAnswer(e) ? Answer.NONE : Answer.FAILED;
        }
    }
}
