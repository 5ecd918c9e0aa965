package org.usagestreams.simulation.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.usagestreams.simulation.SimulatedStore;
import org.usagestreams.simulation.SimulatedStore.Notice;
import org.usagestreams.simulation.streams.SimulatedReports;
import org.usagestreams.simulation.streams.SimulatedReports.Contents;

/** The user's uploads, which the summary must show in the end, whatever happens in between. */
final class Uploads {
    private final SimulatedStore store;
    private final int sources;
    private final Map<Integer, Upload> current = new TreeMap<>();

    /**
     * The current version of an object.
     *
     * @param etag that the store gives it
     * @param at true time of the upload, in milliseconds since 1970
     */
    record Upload(Contents contents, String etag, long at) {}

    Uploads(SimulatedStore store, int sources) {
        this.store = store;
        this.sources = sources;
    }

    void put(Contents contents, Notice notice) {
        final byte[] file = SimulatedReports.file(contents);
        current.put(contents.object(), new Upload(contents, SimulatedStore.etag(file), store.now()));
        store.put(key(contents.object()), file, notice);
    }

    void remove(int object, Notice notice) {
        current.remove(object);
        store.remove(key(object), notice);
    }

    void removeInBatch(int object, long stampAfter) {
        current.remove(object);
        store.removeInBatch(key(object), stampAfter, Notice.PLAIN);
    }

    /** What the object is now; empty if it was removed. */
    Optional<Upload> current(int object) {
        return Optional.ofNullable(current.get(object));
    }

    /** Whether the ledger calls all objects loaded. */
    boolean areLoaded(LedgerRows ledger) {
        return current.values().stream()
                .allMatch(upload -> ledger.isLoaded(
                        SimulatedStore.BUCKET, key(upload.contents().object()), upload.etag()));
    }

    String source(int object) {
        return SimulatedReports.source(object, sources);
    }

    String key(int object) {
        return SimulatedReports.key(object, sources);
    }

    /** Rows that the summary has to have, as {@code source|date|namespace}. */
    List<String> expected() {
        final List<String> rows = new ArrayList<>();
        for (final Upload upload : current.values()) {
            final Contents contents = upload.contents();
            for (final int date : contents.dates()) {
                rows.add(source(contents.object()) + "|" + SimulatedReports.date(date) + "|" + contents.namespace());
            }
        }
        return rows.stream().sorted().toList();
    }
}
