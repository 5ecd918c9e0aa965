package org.usagestreams.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers when an application's state directory was last known to follow its changelogs, and removes state that has not
 * done so for too long. State that is restored from an old offset misses what was deleted meanwhile once compaction has
 * removed the tombstones: what was deleted would count again.
 *
 * <p>A running instance writes the time to a file beside the state, for active and standby tasks alike. The modification time
 * of the state, which {@code state.cleanup.dir.max.age.ms} of Kafka Streams goes by, does not tell: it stands still while
 * nothing changes.
 */
public final class StateHeartbeat implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateHeartbeat.class);
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Path directory;
    private final String application;
    private final Time time;
    private final BooleanSupplier follows;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        final Thread thread = new Thread(task, "state-heartbeat");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A heartbeat, not started.
     *
     * @param directory the instance's; the state of the application is in the folder of that name
     * @param follows whether the instance follows its changelogs now
     */
    public StateHeartbeat(Path directory, String application, Time time, BooleanSupplier follows) {
        this.directory = directory;
        this.application = application;
        this.time = time;
        this.follows = follows;
    }

    /** Beats once a minute from now on. */
    @SuppressWarnings("FutureReturnValueIgnored") // It goes on until it is closed.
    public StateHeartbeat start() {
        executor.scheduleWithFixedDelay(this::beat, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    /** Notes the time where the instance follows its changelogs. */
    public void beat() {
        try {
            if (follows.getAsBoolean()) {
                final Path next = directory.resolve(application + ".heartbeat.next");
                Files.writeString(
                        next, Instant.ofEpochMilli(time.milliseconds()).toString());
                Files.move(next, file(directory, application), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException | RuntimeException e) {
            // A beat that throws would be the last.
            LOG.warn("Cannot note in {} that the state is current: {}", directory, e.toString());
        }
    }

    /**
     * Removes the application's state where it has not followed its changelogs for longer than the limit. Nothing runs on it.
     *
     * @return whether it was removed
     * @throws IllegalStateException where it cannot be removed
     */
    public static boolean removeOutdated(Path directory, String application, Duration limit, Time time) {
        final Path state = directory.resolve(application);
        if (!Files.isDirectory(state)) {
            return false;
        }
        try {
            final Instant current = lastCurrent(directory, application);
            final Instant now = Instant.ofEpochMilli(time.milliseconds());
            if (Duration.between(current, now).compareTo(limit) <= 0) {
                return false;
            }
            LOG.warn(
                    "State in {} was last current at {}, longer than {} ago: tombstones may be gone from its changelogs. It is"
                            + " removed and restored from the beginning",
                    state,
                    current,
                    limit);
            Utils.delete(state.toFile());
            Files.deleteIfExists(file(directory, application));
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Cannot remove outdated state in " + state + ": " + e + ". Remove it by hand.", e);
        }
    }

    /** By the heartbeat; of state that has none yet, when a file of it was last written. */
    private static Instant lastCurrent(Path directory, String application) throws IOException {
        final Path file = file(directory, application);
        if (Files.exists(file)) {
            try {
                return Instant.parse(
                        Files.readString(file, StandardCharsets.UTF_8).strip());
            } catch (DateTimeException e) {
                LOG.warn("Ignored {}: it does not contain a time", file);
            }
        }
        Instant newest = Instant.EPOCH;
        try (Stream<Path> files = Files.walk(directory.resolve(application))) {
            for (final Path path : files.filter(Files::isRegularFile).toList()) {
                final Instant written = Files.getLastModifiedTime(path).toInstant();
                newest = written.isAfter(newest) ? written : newest;
            }
        }
        return newest;
    }

    private static Path file(Path directory, String application) {
        return directory.resolve(application + ".heartbeat");
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            // The beat at hand may still be writing: the place is not given up before.
            if (executor.awaitTermination(EVERY.toMillis() / 10, TimeUnit.MILLISECONDS)) {
                beat();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
