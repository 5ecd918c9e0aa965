package org.usagestreams.console.explain;

import java.io.IOException;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import org.usagestreams.splitter.ChunkSink;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/**
 * Finds the line items of a day that rows of a namespace or node are made of. Reports of pods come first: volumes are known to be on
 * a node by the pods that mount them. Not thread-safe.
 */
public final class LineItemSearch {
    private static final int MOST_PODS = 100_000;
    private static final double SECONDS = 3_600;

    private final LocalDate date;
    private final boolean byNode;
    private final String name;
    private final Set<String> pods = new HashSet<>();

    /**
     * What makes a row.
     *
     * @param byNode whether {@code name} is a node; else a namespace
     * @param name empty for line items that name none
     */
    public LineItemSearch(LocalDate date, boolean byNode, String name) {
        this.date = date;
        this.byNode = byNode;
        this.name = name;
    }

    /** What an object has of it; grows while its chunks are read. */
    public static final class Found {
        private long lineItems;
        private double cpuHours;

        private Found() {}

        /** Line items that match. */
        public long lineItems() {
            return lineItems;
        }

        /** CPU core hours that they used; 0 for reports without. */
        public double cpuHours() {
            return cpuHours;
        }
    }

    /** Nothing yet. */
    public Found found() {
        return new Found();
    }

    /** Whether reports of that type have such line items at all. */
    public boolean concerns(ReportType type) {
        return switch (type) {
            case POD_USAGE, STORAGE_USAGE -> true;
            case NODE_LABELS -> byNode || isUnallocated();
            case NAMESPACE_LABELS -> !byNode;
        };
    }

    /** What nodes have left is made of all that runs on them. */
    private boolean isUnallocated() {
        return !byNode && (name.equals("Worker unallocated") || name.equals("Platform unallocated"));
    }

    /** Takes an object's chunks, and adds up what matches. */
    public ChunkSink sink(ReportType type, Found found, Stop stop) {
        return new ChunkSink() {
            @Override
            public void accept(ChunkKey key, byte[] value) {
                if (!key.isEnd() && key.day().date().equals(date)) {
                    look(type, ChunkCodec.decode(value), found);
                }
            }

            @Override
            public void proceed() throws IOException {
                stop.check();
            }
        };
    }

    /** Ends a search that takes too long. */
    @FunctionalInterface
    public interface Stop {
        /** @throws IOException to end it */
        void check() throws IOException;
    }

    private void look(ReportType type, Chunk chunk, Found found) {
        final Column.Text texts = chunk.text(column(type));
        final boolean[] meant = meant(type, texts.dictionary());
        final double[] cpu = type == ReportType.POD_USAGE ? chunk.amounts(Columns.USAGE_CPU) : null;
        final Column.Text podNames = byNode && type == ReportType.POD_USAGE ? chunk.text(Columns.POD) : null;
        for (int row = 0; row < chunk.rows(); row++) {
            if (!meant[texts.codes()[row]]) {
                continue;
            }
            found.lineItems++;
            if (cpu != null && !Double.isNaN(cpu[row])) {
                found.cpuHours += cpu[row] / SECONDS;
            }
            if (podNames != null && podNames.codes()[row] > 0 && pods.size() < MOST_PODS) {
                pods.add(podNames.dictionary()[podNames.codes()[row] - 1]);
            }
        }
    }

    private String column(ReportType type) {
        if (type == ReportType.NODE_LABELS) {
            return Columns.NODE;
        }
        if (byNode) {
            return type == ReportType.STORAGE_USAGE ? Columns.POD : Columns.NODE;
        }
        return Columns.NAMESPACE;
    }

    /** By code: whether line items with that text are meant; 0 stands for none. */
    private boolean[] meant(ReportType type, String[] dictionary) {
        final boolean all = isUnallocated() && type != ReportType.STORAGE_USAGE;
        final boolean byPod = byNode && type == ReportType.STORAGE_USAGE;
        final boolean[] meant = new boolean[dictionary.length + 1];
        meant[0] = all || name.isEmpty();
        for (int i = 0; i < dictionary.length; i++) {
            meant[i + 1] = all || (byPod ? pods.contains(dictionary[i]) : name.equals(dictionary[i]));
        }
        return meant;
    }
}
