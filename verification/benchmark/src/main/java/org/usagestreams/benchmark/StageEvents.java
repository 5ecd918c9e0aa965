package org.usagestreams.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jdk.jfr.consumer.EventStream;
import jdk.jfr.consumer.RecordedEvent;

/** Follows the Flight Recorder events of services while they run. */
final class StageEvents implements AutoCloseable {
    private static final Duration REPOSITORY_WITHIN = Duration.ofSeconds(30);

    /** A recording is written out once a second. */
    private static final Duration WRITTEN_WITHIN = Duration.ofMillis(2_500);

    private final List<EventStream> streams = new ArrayList<>();
    private final List<RecordedEvent> events = new ArrayList<>();

    /** JVM options that make a service record into a folder. */
    static String javaOptions(Path repository) {
        return "-XX:FlightRecorderOptions:repository=" + repository
                + " -XX:StartFlightRecording:settings=none,maxsize=16m -Xlog:disable -Xlog:all=error:stderr";
    }

    /** Follows a service that records into this folder. */
    void follow(Path repository) throws IOException {
        final Path chunks = await(repository);
        final EventStream stream = EventStream.openRepository(chunks);
        stream.setReuse(false);
        for (final String name : List.of("ObjectSplit", "ChunkStored", "DaySummarised")) {
            stream.onEvent("usagestreams." + name, this::add);
        }
        stream.startAsync();
        streams.add(stream);
    }

    private static Path await(Path repository) throws IOException {
        final long deadline = System.nanoTime() + REPOSITORY_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            if (Files.isDirectory(repository)) {
                try (Stream<Path> inside = Files.list(repository)) {
                    // Named after the time, so that the newest is the last.
                    final Optional<Path> found =
                            inside.filter(Files::isDirectory).max(Comparator.naturalOrder());
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        throw new IOException("no recording began in " + repository);
    }

    private void add(RecordedEvent event) {
        synchronized (events) {
            events.add(event);
        }
    }

    /** The events of one kind that began within a time, once they must have been written. */
    List<RecordedEvent> of(String name, Instant from, Instant to) {
        synchronized (events) {
            return events.stream()
                    .filter(event -> event.getEventType().getName().equals("usagestreams." + name))
                    .filter(event -> !event.getStartTime().isBefore(from)
                            && !event.getStartTime().isAfter(to))
                    .sorted(Comparator.comparing(RecordedEvent::getEndTime))
                    .toList();
        }
    }

    /** Waits until what has happened so far can be asked for. */
    void settle() {
        LockSupport.parkNanos(WRITTEN_WITHIN.toNanos());
    }

    @Override
    public void close() {
        streams.forEach(EventStream::close);
    }
}
