package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.console.access.User;
import org.usagestreams.console.audit.AuditEntry;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.operations.threads.LocalProcessors;
import org.usagestreams.settings.Settings;

/** Gives processors of this host another number of stream threads, as the command {@code threads} does; in the background. Thread-safe. */
final class ThreadActions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadActions.class);
    private static final int MOST = 64;

    private final Path folder;
    private final Changes changes;
    private final AtomicBoolean running = new AtomicBoolean();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        final Thread thread = new Thread(task, "console-threads");
        thread.setDaemon(true);
        return thread;
    });

    ThreadActions(Settings settings, Changes changes) {
        folder = Path.of(settings.text("summary.state.dir"));
        this.changes = changes;
    }

    /** Starts the change; it waits for a rebalance. */
    ObjectNode run(Ask ask, User user) {
        if (!user.isOperator() || !user.isOfAll()) {
            throw Refusal.forbidden("Only operators of all organisations can change threads.");
        }
        final String instance = Query.required(ask, "instance");
        final int count = count(Query.required(ask, "threads"));
        final LocalProcessors local = new LocalProcessors(folder);
        final HttpInterface.Address address = address(local, instance);
        final ObjectNode subject =
                JSON.createObjectNode().put("instance", instance).put("threads", count);
        if (!running.compareAndSet(false, true)) {
            throw Refusal.conflict("Another change of threads is in progress. Try again when it is done.");
        }
        try {
            final AuditEntry entry = changes.begin(user, ask.caller(), "threads", subject);
            executor.execute(() -> change(local, address, count, entry));
            return subject;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running.set(false);
            throw Refusal.unavailable("The console is stopping.", e);
        } catch (RuntimeException e) {
            running.set(false);
            throw e;
        }
    }

    private static int count(String text) {
        try {
            final int count = Integer.parseInt(text);
            if (count >= 1 && count <= MOST) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw Refusal.badQuery("threads must be a number from 1 to " + MOST + ": " + text);
    }

    private static HttpInterface.Address address(LocalProcessors local, String instance) {
        try {
            final HttpInterface.Address address = local.addresses(null).get(instance);
            if (address == null) {
                throw Refusal.badQuery("There is no processor " + instance + " on this host.");
            }
            return address;
        } catch (IOException e) {
            throw Refusal.conflict("Cannot read the folder of the processors: " + e.getMessage());
        }
    }

    private void change(LocalProcessors local, HttpInterface.Address address, int count, AuditEntry entry) {
        try {
            AuditEntry.Outcome outcome = AuditEntry.Outcome.FAILED;
            String detail = "";
            try {
                detail = local.threads(address, count).threads().size() + " threads";
                outcome = AuditEntry.Outcome.DONE;
            } catch (IOException | RuntimeException e) {
                LOG.warn("Cannot change threads: {}", e.getMessage(), e);
                detail = String.valueOf(e.getMessage());
            }
            changes.end(entry, outcome, detail);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.set(false);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
