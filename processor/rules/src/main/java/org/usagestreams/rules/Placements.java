package org.usagestreams.rules;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.LongIndex;
import org.usagestreams.wire.message.SliceEnd;

/** On which nodes the pods of a day ran, kept outside the memory: storage usage is in other portions than pod usage. */
final class Placements {
    private static final int AT_ONCE = 10_000;

    private final Portion kept;

    /** None yet. */
    Placements(Spill spill, DayBudget budget) {
        kept = new Portion(spill, budget, Map.<SliceEnd, Integer>of(), 0);
    }

    /** Keeps those of a portion of the pod usage. */
    Steps adding(PodUsage usage) {
        final int size = usage.podNodes.size();
        return Steps.following((size + AT_ONCE - 1) / AT_ONCE, 1, number -> add(usage, number * AT_ONCE));
    }

    private void add(PodUsage usage, int first) {
        final PodNodes from = usage.podNodes;
        final int rows = Math.min(AT_ONCE, from.size() - first);
        final int[][] ids = new int[4][rows];
        for (int row = 0; row < rows; row++) {
            ids[0][row] = from.namespace(first + row);
            ids[1][row] = from.pod(first + row);
            ids[2][row] = from.node(first + row);
            ids[3][row] = from.resource(first + row);
        }
        final Map<String, Column> columns = new HashMap<>();
        columns.put(Columns.NAMESPACE, column(ids[0], usage.namespaces));
        columns.put(Columns.POD, column(ids[1], usage.pods));
        columns.put(Columns.NODE, column(ids[2], usage.nodes));
        columns.put(Columns.RESOURCE_ID, column(ids[3], usage.resources));
        kept.add(new Chunk(rows, columns));
    }

    private static Column.Text column(int[] ids, TextIndex texts) {
        final LongIndex distinct = new LongIndex(ids.length);
        final int[] codes = new int[ids.length];
        for (int row = 0; row < ids.length; row++) {
            codes[row] = ids[row] == 0 ? 0 : distinct.idOf(ids[row]) + 1;
        }
        final String[] dictionary = new String[distinct.size()];
        for (int i = 0; i < dictionary.length; i++) {
            dictionary[i] = texts.text((int) distinct.key(i));
        }
        return new Column.Text(dictionary, codes);
    }

    /** All were kept. */
    void finish() {
        kept.finish();
    }

    /** Copies those of the pods that mount a claim of the storage usage. */
    Steps copying(PodUsage pods, StorageUsage storage, DayBudget budget) {
        final TupleIndex mounting = new TupleIndex(2, PodNodes.POD_BYTES, budget);
        final int[] pod = new int[2];
        return new StepQueue()
                .add(() -> Steps.following(storage.groups.size(), id -> {
                    pod[0] = storage.groups.component(id, StorageUsage.NAMESPACE);
                    pod[1] = storage.groups.component(id, StorageUsage.POD);
                    mounting.idOf(pod);
                }))
                .add(() -> Steps.each(kept.all(), chunk -> copy(chunk, pods, mounting)));
    }

    private static void copy(Chunk chunk, PodUsage pods, TupleIndex mounting) {
        final List<Column.Text> columns = List.of(
                chunk.text(Columns.NAMESPACE),
                chunk.text(Columns.POD),
                chunk.text(Columns.NODE),
                chunk.text(Columns.RESOURCE_ID));
        final int[] namespaces = pods.namespaces.find(columns.get(0));
        final int[] names = pods.pods.find(columns.get(1));
        final int[] pod = new int[2];
        for (int row = 0; row < chunk.rows(); row++) {
            pod[0] = namespaces[columns.get(0).codes()[row]];
            pod[1] = names[columns.get(1).codes()[row]];
            if (pod[0] >= 0 && pod[1] >= 0 && mounting.contains(pod)) {
                pods.podNodes.add(
                        pod[0],
                        pod[1],
                        pods.nodes.idOf(text(columns.get(2), row)),
                        pods.resources.idOf(text(columns.get(3), row)));
            }
        }
    }

    private static String text(Column.Text column, int row) {
        final int code = column.codes()[row];
        return code == 0 ? null : column.dictionary()[code - 1];
    }
}
