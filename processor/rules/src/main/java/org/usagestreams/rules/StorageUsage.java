package org.usagestreams.rules;

import java.util.List;
import java.util.function.Consumer;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.message.SliceEnd;

/** The storage usage of a day, grouped as its rows are. Sums are of byte-seconds. */
final class StorageUsage {
    static final int CAPACITY = 0;
    static final int REQUEST = 1;
    static final int USAGE = 2;
    static final int MEASURES = 3;

    /** Components of {@link #groups}. */
    static final int NAMESPACE = 0;

    static final int POD = 1;
    static final int CLAIM = 2;
    static final int VOLUME = 3;
    static final int STORAGE_CLASS = 4;
    static final int CSI_HANDLE = 5;
    static final int VOLUME_LABELS = 6;
    static final int CLAIM_LABELS = 7;

    /** What is kept of a group: its tuple, its sums with their carries, its maximum; arrays have up to 50 % spare room. */
    static final int GROUP_BYTES = 192;

    final TextIndex claims;
    final TextIndex volumes;
    final TextIndex storageClasses;
    final TextIndex csiHandles;
    final LabelSets labels;
    final TupleIndex groups;
    final Sums sums = new Sums(MEASURES);
    final Maxima capacityBytes = new Maxima();

    /** Namespaces and pods are numbered as the pod usage does. */
    private final PodUsage podUsage;

    private final DayBudget budget;
    private final int[] key = new int[8];

    StorageUsage(LabelSets labels, PodUsage podUsage, DayBudget budget) {
        this.budget = budget;
        claims = new TextIndex(budget);
        volumes = new TextIndex(budget);
        storageClasses = new TextIndex(budget);
        csiHandles = new TextIndex(budget);
        groups = new TupleIndex(8, GROUP_BYTES, budget);
        this.labels = labels;
        this.podUsage = podUsage;
    }

    /**
     * Reads the slices that count, newest object first.
     *
     * @param without takes each slice without a line item that counts
     */
    ChunkSteps reading(List<SliceEnd> slices, ChunkReader reader, Consumer<SliceEnd> without) {
        return new ChunkSteps(
                slices, reader, new LineItemVisitor(new LineItems(slices, 4, budget), this::read, without));
    }

    private void read(Chunk chunk, LineItems lineItems) {
        final Column.Time starts = chunk.intervalStart();
        final boolean contested = lineItems.enterChunk(starts);
        final Column.Text[] columns = {
            chunk.text(Columns.NAMESPACE),
            chunk.text(Columns.POD),
            chunk.text(Columns.CLAIM),
            chunk.text(Columns.VOLUME),
            chunk.text(Columns.STORAGE_CLASS),
            chunk.text(Columns.CSI_HANDLE),
            chunk.text(Columns.VOLUME_LABELS),
            chunk.text(Columns.CLAIM_LABELS)
        };
        final int[][] ids = {
            podUsage.namespaces.translate(columns[NAMESPACE]),
            podUsage.pods.translate(columns[POD]),
            claims.translate(columns[CLAIM]),
            volumes.translate(columns[VOLUME]),
            storageClasses.translate(columns[STORAGE_CLASS]),
            csiHandles.translate(columns[CSI_HANDLE]),
            labels.translate(columns[VOLUME_LABELS]),
            labels.translate(columns[CLAIM_LABELS])
        };
        final double[] capacity = chunk.amounts(Columns.CLAIM_CAPACITY_BYTES);
        final double[] capacitySeconds = chunk.amounts(Columns.CLAIM_CAPACITY_BYTE_SECONDS);
        final double[] requestSeconds = chunk.amounts(Columns.VOLUME_REQUEST_BYTE_SECONDS);
        final double[] usageSeconds = chunk.amounts(Columns.CLAIM_USAGE_BYTE_SECONDS);
        for (int row = 0; row < chunk.rows(); row++) {
            for (int i = 0; i < key.length; i++) {
                key[i] = ids[i][columns[i].codes()[row]];
            }
            if (contested
                    && !lineItems.counts(starts.codes()[row], key[NAMESPACE], key[POD], key[CLAIM], key[VOLUME])) {
                continue;
            }
            final int group = groups.idOf(key);
            sums.add(group, CAPACITY, capacitySeconds[row]);
            sums.add(group, REQUEST, requestSeconds[row]);
            sums.add(group, USAGE, usageSeconds[row]);
            capacityBytes.offer(group, capacity[row]);
        }
    }
}
