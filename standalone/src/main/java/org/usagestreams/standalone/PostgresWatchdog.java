package org.usagestreams.standalone;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A process that stops a PostgreSQL server when this process has ended, however it ended: it holds the other end of a pipe, which
 * breaks then. It is there before the server, so that no moment is left in which a kill leaves a server behind.
 */
final class PostgresWatchdog implements AutoCloseable {
    /** What it hears when there is nothing left to do for it. */
    private static final String ENDED = "ended";

    /**
     * {@code $1} is the server's data, {@code $2} what to remove at the end, or empty, {@code $3} the file that names the watchdog in
     * charge, {@code $4} this one's name. A server may just be about to start, so its file is waited for; the file of a server that
     * was killed stays, so its process has to be PostgreSQL's. When another run has taken the data over meanwhile, its server is not
     * ours: it names its watchdog before it starts the server, and the name is read after the server's number. A server that does
     * not stop in order is told to abort, and killed in the end.
     */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            read -r word
            [ "$word" != %s ] || exit 0
            data=$1 remove=$2 file=$3 name=$4
            in_charge() { [ "$(cat "$file" 2>/dev/null)" = "$name" ]; }
            server() {
              pid=$(head -n 1 "$data/postmaster.pid" 2>/dev/null) && [ -n "$pid" ] && in_charge \
                && case $(cat "/proc/$pid/comm" 2>/dev/null || ps -o comm= -p "$pid" 2>/dev/null) in
                  *postgres*) true ;; *) false ;; esac
            }
            stop() {
              n=0
              while server && [ $n -lt $2 ]; do
                [ $n -gt 0 ] || kill "-$1" "$pid" 2>/dev/null
                n=$((n+1)); sleep 0.1
              done
            }
            n=0
            while ! server && in_charge && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done
            stop INT 100
            stop QUIT 50
            stop KILL 10
            [ -z "$remove" ] || ! in_charge || rm -rf "$remove"
            """.replace("%s", ENDED);

    private final Process process;

    private PostgresWatchdog(Process process) {
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param data the server's data, which need not be there yet
     * @param remove what it removes when this process has ended; null for nothing
     */
    static PostgresWatchdog start(Path data, Path remove) throws IOException {
        // In a session of its own where the system can, so that a signal to this process's group does not take it
        // along.
        final String run = "if command -v setsid >/dev/null 2>&1; then exec setsid sh -c \"$0\" watchdog \"$@\"; "
                + "else exec sh -c \"$0\" watchdog \"$@\"; fi";
        final Path absolute = data.toAbsolutePath();
        final Path file = absolute.resolveSibling("watchdog");
        final String name = UUID.randomUUID().toString();
        Files.createDirectories(absolute.getParent());
        Files.writeString(file, name);
        return new PostgresWatchdog(new ProcessBuilder(List.of(
                        "sh",
                        "-c",
                        run,
                        SCRIPT,
                        absolute.toString(),
                        remove == null ? "" : remove.toAbsolutePath().toString(),
                        file.toString(),
                        name))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Has it stop the server, if there is one, and do all that it does when this process ends. */
    void release() throws IOException {
        process.getOutputStream().close();
    }

    /** Waits until it has ended; false where that takes longer. */
    boolean awaitEnd(Duration timeout) throws InterruptedException {
        return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets it go, once the server has ended. */
    @Override
    public void close() throws IOException {
        try (OutputStream pipe = process.getOutputStream()) {
            pipe.write((ENDED + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }
}
