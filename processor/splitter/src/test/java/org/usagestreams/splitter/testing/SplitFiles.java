package org.usagestreams.splitter.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.usagestreams.splitter.Admission;
import org.usagestreams.splitter.ObjectSplitter;
import org.usagestreams.splitter.RejectedObjectException;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.SplitResult;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** A process that splits each file that it is told of, with the default limits: {@link SmallHeap} runs it in a small heap. */
public final class SplitFiles {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000dd";

    private SplitFiles() {}

    /** Reads lines of a report type and a path, and answers each with a line: {@link SmallHeap.Outcome} reads it. */
    public static void main(String[] args) throws IOException {
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            final String[] words = line.split("\t", 2);
            final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            final long start = threads.getCurrentThreadCpuTime();
            final String outcome = outcome(ReportType.valueOf(words[0]), Files.readAllBytes(Path.of(words[1])));
            final long millis = (threads.getCurrentThreadCpuTime() - start) / 1_000_000;
            System.out.println(millis + "\t" + outcome.replaceAll("\\s+", " "));
        }
    }

    /** An error is no outcome: it ends the process, as it would a splitter's. */
    private static String outcome(ReportType type, byte[] bytes) {
        final ObjectVersion version = ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + SOURCE + "/" + type.longSegment() + "/x.parquet")
                .setEtag("e")
                .build();
        try {
            final SplitResult result = new ObjectSplitter(SplitLimits.DEFAULTS)
                    .split(
                            new BytesInputFile(bytes),
                            version,
                            ReportKey.of(version.getKey()).orElseThrow(),
                            Admission.ALL,
                            (key, value) -> {});
            return "read " + result.rows() + " rows, " + result.unreadableLabels() + " unreadable labels";
        } catch (RejectedObjectException e) {
            return "refused " + e.getMessage();
        } catch (IOException | RuntimeException e) {
            return "thrown " + e;
        }
    }
}
