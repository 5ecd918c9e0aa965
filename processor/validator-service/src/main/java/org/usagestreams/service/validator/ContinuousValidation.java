package org.usagestreams.service.validator;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.Health;
import org.usagestreams.ledger.ValidationSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.validation.Validation;

/**
 * Compares days with the bucket one after the other, with pauses in between, and writes what it found. A day that somebody asks for
 * waits for no pause. A day that changes meanwhile is left for later; one that differs is looked at twice. {@link #step} is called by
 * one thread, and never throws but for an interrupt.
 */
final class ContinuousValidation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ContinuousValidation.class);

    private static final ExponentialBackoff PAUSES = new ExponentialBackoff(1_000, 2, 60_000, 0);
    /** Days that are looked at to find one that is due: those that are put off are passed by. */
    private static final int LOOKED_AT = 200;
    /** Differences of a day that are logged. */
    private static final int LOGGED = 5;

    private final Opener opener;
    private final Comparison comparison;
    private final Time time;
    private final Options options;
    /** Days that are put off, and until when. Those that are due again are forgotten. */
    private final Map<ValidatedDays.Day, PutOff> putOff = new HashMap<>();

    private final LongAdder validated = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private ValidatedDays days;
    private long nextStep;
    private long nextCount;
    /** Failures since a step worked. */
    private int failed;

    private volatile List<ValidatedDays.Counts> counts = List.of();
    private volatile Health health = Health.notReady("has not started");

    /** Connects to PostgreSQL. */
    interface Opener {
        ValidatedDays open() throws SQLException;
    }

    /** Compares a day with the bucket. */
    interface Comparison {
        Validation.Outcome of(ValidatedDays.Day day) throws Exception;
    }

    /** See the settings of the same names. */
    record Options(Duration confirm, double share, int days, Duration metrics) {
        static Options of(Settings settings) {
            return new Options(
                    settings.millis(ValidationSettings.CONFIRM),
                    settings.decimal(ValidationSettings.SHARE),
                    settings.integer(ValidationSettings.DAYS),
                    settings.millis(ValidationSettings.METRICS));
        }
    }

    /**
     * Why a day is put off.
     *
     * @param until by the clock, nanoseconds
     * @param differs whether it differed
     * @param failures how often it could not be compared
     */
    private record PutOff(long until, boolean differs, int failures) {}

    ContinuousValidation(Opener opener, Comparison comparison, Time time, Options options) {
        this.opener = opener;
        this.comparison = comparison;
        this.time = time;
        this.options = options;
    }

    /** Validates the next day, where one is due and the pause is over, or somebody asks for one. */
    void step() {
        final boolean pausing = time.nanoseconds() - nextStep < 0;
        if (pausing && failed > 0) {
            return;
        }
        try {
            if (days == null) {
                days = opener.open();
            }
            final boolean mine = days.isMine();
            count(mine);
            health = Health.ready(mine ? "validates" : "another process validates");
            final ValidatedDays.Day day = mine ? next(pausing) : null;
            if (day != null) {
                validate(day);
            }
            failed = 0;
        } catch (SQLException e) {
            failed++;
            failures.increment();
            health = Health.notReady("PostgreSQL: " + e.getMessage());
            if (failed == 1) {
                LOG.warn("Cannot look for days to validate: {}. It is tried again.", e.getMessage());
            }
            pause(PAUSES.backoff(failed - 1L) * 1_000_000);
            disconnect();
        }
    }

    private ValidatedDays.Day next(boolean pausing) throws SQLException {
        final long now = time.nanoseconds();
        final int most = LOOKED_AT + putOff.size();
        final List<ValidatedDays.Day> due = pausing ? days.asked(most) : days.due(most);
        if (!pausing) {
            putOff.keySet().retainAll(due);
        }
        return due.stream()
                .filter(day -> !putOff.containsKey(day) || now - putOff.get(day).until() >= 0)
                .findFirst()
                .orElse(null);
    }

    private void validate(ValidatedDays.Day day) throws SQLException {
        final long start = time.nanoseconds();
        final PutOff before = putOff.remove(day);
        Validation.Outcome outcome = null;
        days.begin(day);
        try {
            outcome = comparison.of(day);
        } catch (Exception e) {
            if (e instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
                Thread.currentThread().interrupt();
                return;
            }
            LOG.debug("where it failed", e);
            putOff(day, e.getMessage(), before);
        }
        if (outcome != null && !outcome.unread().isEmpty()) {
            putOff(day, outcome.unread().get(0).reason(), before);
        } else if (outcome != null) {
            take(day, outcome, before != null && before.differs());
        }
        final long took = time.nanoseconds() - start;
        nanos.add(took);
        pause((long) (took * (1 / options.share() - 1)));
    }

    private void putOff(ValidatedDays.Day day, String reason, PutOff before) {
        final int attempts = before == null ? 1 : before.failures() + 1;
        failures.increment();
        putOff.put(day, new PutOff(time.nanoseconds() + PAUSES.backoff(attempts) * 1_000_000, false, attempts));
        if (attempts == 1) {
            LOG.warn("Cannot validate {}: {}. It is tried again.", shown(day), reason);
        }
    }

    private void take(ValidatedDays.Day day, Validation.Outcome outcome, boolean differedBefore) throws SQLException {
        final boolean differs = outcome.answer() == Validation.Answer.DIFFERENT;
        if (differs && !differedBefore && days.holds(day)) {
            putOff.put(day, new PutOff(time.nanoseconds() + options.confirm().toNanos(), true, 0));
            return;
        }
        final OptionalLong differences = outcome.answer() == Validation.Answer.UNKNOWN
                ? OptionalLong.empty()
                : OptionalLong.of(outcome.differing());
        if (!days.write(day, differences, outcome.doubled())) {
            return;
        }
        validated.increment();
        nextCount = time.nanoseconds();
        if (differs) {
            final List<String> first = new ArrayList<>(outcome.differences());
            LOG.error(
                    "{} rows of {} differ from the bucket: {}",
                    outcome.differing(),
                    shown(day),
                    first.subList(0, Math.min(LOGGED, first.size())));
        }
        outcome.unclear()
                .forEach(apart ->
                        LOG.warn("Cannot tell whether {} is right: {}: {}", shown(day), apart.name(), apart.reason()));
        if (outcome.doubled() > 0) {
            LOG.error(
                    "Cost management's own summary has written {} rows as well for {}, so its usage"
                            + " counts twice. Switch its summary off (docs/with-cost-management.md).",
                    outcome.doubled(),
                    shown(day));
        }
    }

    private static String shown(ValidatedDays.Day day) {
        return day.date() + " of source " + day.source() + ", organisation \"" + day.organisation() + "\"";
    }

    private void count(boolean mine) throws SQLException {
        if (!mine) {
            counts = List.of();
        } else if (time.nanoseconds() - nextCount >= 0) {
            counts = days.count(Duration.ofDays(options.days()));
            nextCount = time.nanoseconds() + options.metrics().toNanos();
        }
    }

    private void pause(long pauseNanos) {
        nextStep = time.nanoseconds() + pauseNanos;
    }

    /** What is known of days, by organisation; empty where another process validates. */
    List<ValidatedDays.Counts> counts() {
        return counts;
    }

    Health health() {
        return health;
    }

    /** Days that were compared since the start, and whose outcome was written. */
    long validated() {
        return validated.sum();
    }

    /** Seconds that comparisons took. */
    double seconds() {
        return nanos.sum() / 1e9;
    }

    /** Comparisons that failed. */
    long failures() {
        return failures.sum();
    }

    private void disconnect() {
        if (days != null) {
            try {
                days.close();
            } catch (SQLException e) {
                LOG.debug("closing a connection that is gone", e);
            }
            days = null;
        }
    }

    @Override
    public void close() {
        disconnect();
    }
}
