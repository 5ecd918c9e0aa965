package org.usagestreams.splitter.testing;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.usagestreams.testkit.SmallHeapJvm;
import org.usagestreams.wire.chunk.ReportType;

/** A Java process with a heap of 256 MB that splits files. Where it ends, or takes too long, the file is told by an error. */
public final class SmallHeap implements Closeable {
    private static final String HEAP = "256m";
    private static final long SECONDS = 300;

    private final Process process;
    private final PrintWriter in;
    private final BufferedReader out;
    private final Path file;

    /**
     * What became of a file.
     *
     * @param cpuMillis of the thread that split it
     * @param what begins with read, refused, or thrown
     */
    public record Outcome(long cpuMillis, String what) {
        /** Whether it was read, or refused with a reason. */
        public boolean isExpected() {
            return what.startsWith("read ") || isRefused();
        }

        /** Whether it was refused. */
        public boolean isRefused() {
            return what.startsWith("refused ");
        }
    }

    public SmallHeap() {
        try {
            process = SmallHeapJvm.of(HEAP, "error", SplitFiles.class).start();
            in = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            file = Files.createTempFile("small-heap", ".parquet");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Splits a file in the process.
     *
     * @throws AssertionError where the process ends, or does not answer
     */
    public Outcome split(ReportType type, byte[] bytes) {
        try {
            Files.write(file, bytes);
            in.println(type.name() + "\t" + file);
            final String line = CompletableFuture.supplyAsync(this::line).get(SECONDS, TimeUnit.SECONDS);
            if (line == null || line.indexOf('\t') < 0) {
                throw new AssertionError("the process ended: " + line);
            }
            final String[] words = line.split("\t", 2);
            return new Outcome(Long.parseLong(words[0]), words[1]);
        } catch (TimeoutException e) {
            throw new AssertionError("the process does not answer for " + SECONDS + " s", e);
        } catch (IOException | ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private String line() {
        try {
            return out.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(file);
    }
}
