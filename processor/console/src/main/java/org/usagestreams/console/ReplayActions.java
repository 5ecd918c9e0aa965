package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.console.access.Tokens;
import org.usagestreams.console.access.User;
import org.usagestreams.console.audit.AuditEntry;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.operations.replay.Completion;
import org.usagestreams.operations.replay.DayScope;
import org.usagestreams.operations.replay.Replay;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;

/** Has days summarised again, as {@code replay --days} does: one replay at a time, in the background. Thread-safe. */
final class ReplayActions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayActions.class);
    private static final Duration WITHIN = Duration.ofMinutes(60);
    private static final int REMEMBERED = 20;
    private static final int SHOWN = 100;

    private final Settings settings;
    private final SystemState state;
    private final Changes changes;
    private final Clock clock;
    private final Deque<ReplayRun> runs = new ArrayDeque<>();
    private boolean running;
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        final Thread thread = new Thread(task, "console-replay");
        thread.setDaemon(true);
        return thread;
    });

    ReplayActions(Settings settings, SystemState state, Changes changes, Clock clock) {
        this.settings = settings;
        this.state = state;
        this.changes = changes;
        this.clock = clock;
    }

    /** Replays that run or have run, the latest first. */
    ObjectNode list() {
        final ObjectNode screen = JSON.createObjectNode();
        final ArrayNode all = screen.putArray("runs");
        synchronized (runs) {
            runs.forEach(run -> all.add(run.json()));
        }
        return screen;
    }

    /** The dry run: which days would be summarised again, and what a confirmation has to say as {@code seen}. */
    ObjectNode preview(Ask ask, User user) {
        final DayScope scope = scope(ask, user);
        final SortedMap<String, Long> days = days(scope);
        final ObjectNode screen = JSON.createObjectNode();
        screen.set("scope", json(scope, ask));
        screen.put("days", days.size());
        screen.put("rows", days.values().stream().mapToLong(Long::longValue).sum());
        final ArrayNode first = screen.putArray("first");
        days.entrySet().stream()
                .limit(SHOWN)
                .forEach(day -> first.addObject().put("day", day.getKey()).put("rows", day.getValue()));
        return screen.put("seen", Tokens.hash(String.join("\n", days.keySet())));
    }

    private SortedMap<String, Long> days(DayScope scope) {
        final ReplayRun dry = new ReplayRun("", JSON.createObjectNode(), clock.instant());
        try (Replay replay = new Replay(settings, KafkaClients.real(), Time.SYSTEM, WITHIN, dry)) {
            return replay.days(scope);
        } catch (KafkaException | IllegalStateException e) {
            throw Refusal.unavailable("Kafka does not answer: " + e.getMessage(), e);
        }
    }

    private static ObjectNode json(DayScope scope, Ask ask) {
        final ObjectNode json = JSON.createObjectNode();
        json.put("organisation", scope.organisation()).put("source", scope.source());
        json.put("from", scope.from() == null ? null : scope.from().toString());
        json.put("to", scope.to() == null ? null : scope.to().toString());
        return json.put("rewrite", isRewrite(ask));
    }

    private static boolean isRewrite(Ask ask) {
        return !ask.text("rewrite").isEmpty();
    }

    private static DayScope scope(Ask ask, User user) {
        if (!user.isOperator()) {
            throw Refusal.forbidden("Only operators can replay.");
        }
        final LocalDate from = Query.date(ask, "from", null);
        final LocalDate to = Query.date(ask, "to", null);
        if ((from == null) != (to == null)) {
            throw Refusal.badQuery("The parameters from and to must be used together.");
        }
        final UUID source = Query.uuid(ask, "source");
        return new DayScope(
                Query.orNull(Query.organisation(ask, user)),
                source == null ? null : source.toString().toLowerCase(Locale.ROOT),
                from,
                to);
    }

    /** Starts what was shown. */
    ObjectNode start(Ask ask, User user) {
        final DayScope scope = scope(ask, user);
        final SortedMap<String, Long> days = days(scope);
        if (!Tokens.same(Tokens.hash(String.join("\n", days.keySet())), Query.required(ask, "seen"))) {
            throw Refusal.conflict("The days have changed since they were shown. Check them again.");
        }
        if (days.isEmpty()) {
            throw Refusal.conflict("There is no such day.");
        }
        final ObjectNode subject = json(scope, ask).put("days", days.size());
        claim();
        final AuditEntry entry;
        final ReplayRun run;
        try {
            entry = changes.begin(user, ask.caller(), "replay", subject);
            run = new ReplayRun(user.name(), subject, clock.instant());
            synchronized (runs) {
                runs.addFirst(run);
                if (runs.size() > REMEMBERED) {
                    runs.removeLast();
                }
            }
            executor.execute(() -> run(run, entry, days, isRewrite(ask)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            release();
            throw Refusal.unavailable("The console is stopping.", e);
        } catch (RuntimeException e) {
            release();
            throw e;
        }
        return run.json();
    }

    private void claim() {
        synchronized (runs) {
            if (running) {
                throw Refusal.conflict("A replay is running. Start another when it is done.");
            }
            running = true;
        }
    }

    private void release() {
        synchronized (runs) {
            running = false;
        }
    }

    private void run(ReplayRun run, AuditEntry entry, SortedMap<String, Long> days, boolean rewrite) {
        String how = "failed";
        String said = "";
        try (Replay replay = new Replay(settings, KafkaClients.real(), Time.SYSTEM, WITHIN, run);
                Connection postgres = rewrite ? state.connect() : null) {
            final List<String> purged = replay.days(days.keySet(), rewrite, postgres);
            how = "done";
            said = days.size() - purged.size() + " days summarised again"
                    + (purged.isEmpty() ? "" : ", " + purged.size() + " left out, which cost management has purged");
        } catch (Completion.TimedOutException e) {
            said = "Not done within " + WITHIN.toMinutes() + " minutes; it continues in the background: "
                    + e.getMessage();
        } catch (SQLException | RuntimeException e) {
            LOG.warn("A replay failed: {}", e.getMessage(), e);
            said = String.valueOf(e.getMessage());
        } finally {
            release();
        }
        run.end(how, said, clock.instant());
        try {
            changes.end(entry, "done".equals(how) ? AuditEntry.Outcome.DONE : AuditEntry.Outcome.FAILED, said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A replay that runs continues without this process. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
