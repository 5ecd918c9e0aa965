package org.usagestreams.cli;

import java.util.Map;
import java.util.stream.Collectors;
import org.usagestreams.commandline.Progress;
import org.usagestreams.wire.ledger.UploadState;

/** One progress bar for any number of object versions: how many have come to their end, and how many are in each state. */
final class StateBar implements AutoCloseable {
    private final Progress progress;

    StateBar(String task) {
        progress = new Progress(task, 0);
    }

    /** Shows the counts as of now. */
    void show(Map<UploadState, Long> counts) {
        progress.show(settled(counts), sum(counts), text(counts));
    }

    /** Of versions of which nothing more is to come. */
    static long settled(Map<UploadState, Long> counts) {
        return counts.entrySet().stream()
                .filter(count -> count.getKey().isSettled())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static long sum(Map<UploadState, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** For example {@code 12 SPLIT, 3 LOADED}. */
    static String text(Map<UploadState, Long> counts) {
        return counts.entrySet().stream()
                .filter(count -> count.getValue() > 0)
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        progress.close();
    }
}
