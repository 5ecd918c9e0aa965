package org.usagestreams.standalone;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that stops a PostgreSQL server when this process has ended, however it ended: it holds the other end of a pipe, which
 * breaks then. It is there before the server, so that no moment is left in which a kill leaves a server behind.
 */
final class PostgresWatchdog implements AutoCloseable {
    /** What it hears when there is nothing left to do for it. */
    private static final String ENDED = "ended";

    /**
     * {@code $1} is the server's data, {@code $2} what to remove at the end, or empty. A server may just be about to start, so its
     * file is waited for; the file of a server that was killed stays, so its process has to be PostgreSQL's. A server that does not
     * end by itself is killed; its log is its memory.
     */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            read -r word
            [ "$word" != %s ] || exit 0
            server() {
              pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) && [ -n "$pid" ] \\
                && case $(cat "/proc/$pid/comm" 2>/dev/null || ps -o comm= -p "$pid" 2>/dev/null) in *postgres*) true ;; *) false ;; esac
            }
            n=0
            while ! server "$1" && [ $n -lt 50 ]; do n=$((n+1)); sleep 0.1; done
            if server "$1"; then
              kill -INT "$pid" 2>/dev/null
              n=0
              while [ $n -lt 100 ] && kill -0 "$pid" 2>/dev/null; do n=$((n+1)); sleep 0.1; done
              kill -KILL "$pid" 2>/dev/null
            fi
            [ -z "$2" ] || rm -rf "$2"
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
        final String run =
                "if command -v setsid >/dev/null 2>&1; then exec setsid sh -c \"$0\" watchdog \"$1\" \"$2\"; "
                        + "else exec sh -c \"$0\" watchdog \"$1\" \"$2\"; fi";
        return new PostgresWatchdog(new ProcessBuilder(List.of(
                        "sh",
                        "-c",
                        run,
                        SCRIPT,
                        data.toAbsolutePath().toString(),
                        remove == null ? "" : remove.toAbsolutePath().toString()))
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
