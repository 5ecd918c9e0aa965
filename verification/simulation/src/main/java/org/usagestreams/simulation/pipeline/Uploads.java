package org.usagestreams.simulation.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.simulation.SimulatedStore;
import org.usagestreams.simulation.SimulatedStore.Notice;
import org.usagestreams.simulation.streams.SimulatedReports;
import org.usagestreams.simulation.streams.SimulatedReports.Contents;

/** What the user has uploaded: what the summary has to show in the end, whatever happened on the way. */
final class Uploads {
    private final SimulatedStore store;
    private final int sources;
    private final Map<Integer, Contents> current = new TreeMap<>();

    Uploads(SimulatedStore store, int sources) {
        this.store = store;
        this.sources = sources;
    }

    void put(Contents contents, Notice notice) {
        current.put(contents.object(), contents);
        store.put(key(contents.object()), SimulatedReports.file(contents), notice);
    }

    void remove(int object, Notice notice) {
        current.remove(object);
        store.remove(key(object), notice);
    }

    void removeInBatch(int object, long stampAfter) {
        current.remove(object);
        store.removeInBatch(key(object), stampAfter, Notice.PLAIN);
    }

    String key(int object) {
        return SimulatedReports.key(object, sources);
    }

    /** Rows that the summary has to have, as {@code source|date|namespace}. */
    List<String> expected() {
        final List<String> rows = new ArrayList<>();
        for (final Contents contents : current.values()) {
            for (final int date : contents.dates()) {
                rows.add(SimulatedReports.source(contents.object(), sources) + "|" + SimulatedReports.date(date) + "|"
                        + contents.namespace());
            }
        }
        return rows.stream().sorted().toList();
    }
}
