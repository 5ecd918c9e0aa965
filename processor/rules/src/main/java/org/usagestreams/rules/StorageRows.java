package org.usagestreams.rules;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.usagestreams.wire.chunk.DayKey;

/** Storage rows (section 3) from the storage usage of a day and the nodes that its pods ran on. */
final class StorageRows {
    /** A pod without rows mounts on no node that is known. */
    private static final int UNKNOWN = 0;

    private static final int MOUNT_BYTES = 40;

    private final DayKey day;
    private final ReferenceData reference;
    private final CostCategories categories;
    private final StorageUsage storage;
    private final PodUsage pods;
    private final EnabledLabels inherited;

    /** (namespace, node, resource, claim, volume, storage class, CSI handle, merged labels). */
    private final TupleIndex groups;

    private final Sums sums = new Sums(StorageUsage.MEASURES);
    private final Maxima capacityBytes = new Maxima();

    /** (volume, node), and how many of them each volume has. */
    private final TupleIndex mounts;

    private final int[] nodesOfVolume;

    StorageRows(
            DayKey day,
            ReferenceData reference,
            StorageUsage storage,
            PodUsage pods,
            EnabledLabels inherited,
            DayBudget budget) {
        groups = new TupleIndex(8, StorageUsage.GROUP_BYTES, budget);
        mounts = new TupleIndex(2, MOUNT_BYTES, budget);
        this.day = day;
        this.reference = reference;
        categories = new CostCategories(reference);
        this.storage = storage;
        this.pods = pods;
        this.inherited = inherited;
        nodesOfVolume = new int[storage.volumes.size()];
    }

    /** Finds the nodes that mount each volume. To be done before anything else is asked for. */
    Steps mounting() {
        return Steps.following(storage.groups.size(), this::mount);
    }

    private void mount(int id) {
        final TupleIndex from = storage.groups;
        final List<Integer> placements = pods.podNodes.placementsOf(
                from.component(id, StorageUsage.NAMESPACE), from.component(id, StorageUsage.POD));
        if (placements.isEmpty()) {
            add(id, UNKNOWN, UNKNOWN);
        }
        for (final int placement : placements) {
            final int node = pods.podNodes.node(placement);
            final int volume = from.component(id, StorageUsage.VOLUME);
            final int known = mounts.size();
            if (mounts.idOf(new int[] {volume, node}) == known) {
                nodesOfVolume[volume]++;
            }
            add(id, node, pods.podNodes.resource(placement));
        }
    }

    private void add(int id, int node, int resource) {
        final TupleIndex from = storage.groups;
        final int namespace = from.component(id, StorageUsage.NAMESPACE);
        final Labels merged = inherited
                .of(pods.nodes.text(node), pods.namespaces.text(namespace))
                .with(storage.labels.get(from.component(id, StorageUsage.VOLUME_LABELS)))
                .with(storage.labels.get(from.component(id, StorageUsage.CLAIM_LABELS)))
                .mapped(reference.tagMappings());
        final int group = groups.idOf(new int[] {
            namespace,
            node,
            resource,
            from.component(id, StorageUsage.CLAIM),
            from.component(id, StorageUsage.VOLUME),
            from.component(id, StorageUsage.STORAGE_CLASS),
            from.component(id, StorageUsage.CSI_HANDLE),
            storage.labels.idOf(merged)
        });
        for (int measure = 0; measure < StorageUsage.MEASURES; measure++) {
            sums.addSum(group, measure, storage.sums, id);
        }
        capacityBytes.offer(group, storage.capacityBytes.get(id));
    }

    /** How many rows there are. */
    long size() {
        return groups.size();
    }

    /** Passes them on. */
    Steps emitting(Consumer<SummaryRow> rows) {
        final RowIdentity identity = new RowIdentity();
        final Integer reportPeriod = reference.cluster().reportPeriodId(day.date());
        return Steps.each(groups.size(), group -> rows.accept(row(group, identity, reportPeriod)));
    }

    private SummaryRow row(int group, RowIdentity identity, Integer reportPeriod) {
        final double months = PodRows.GIBIBYTES / (86400.0 * day.date().lengthOfMonth());
        final String namespace = pods.namespaces.text(groups.component(group, 0));
        final String node = pods.nodes.text(groups.component(group, 1));
        final String resource = pods.resources.text(groups.component(group, 2));
        final String claim = storage.claims.text(groups.component(group, 3));
        final int volumeId = groups.component(group, 4);
        final String volume = storage.volumes.text(volumeId);
        final String storageClass = storage.storageClasses.text(groups.component(group, 5));
        final String csiHandle = storage.csiHandles.text(groups.component(group, 6));
        final Labels labels = storage.labels.get(groups.component(group, 7));
        // A row without a volume shares none with other nodes.
        final int nodes = volumeId == 0 ? 1 : Math.max(1, nodesOfVolume[volumeId]);
        final double[] amounts = new double[Amount.COUNT];
        Arrays.fill(amounts, Double.NaN);
        amounts[Amount.PERSISTENTVOLUMECLAIM_CAPACITY_GIGABYTE.index()] = capacityBytes.get(group) * PodRows.GIBIBYTES;
        amounts[Amount.PERSISTENTVOLUMECLAIM_CAPACITY_GIGABYTE_MONTHS.index()] =
                sums.get(group, StorageUsage.CAPACITY) * months;
        amounts[Amount.VOLUME_REQUEST_STORAGE_GIGABYTE_MONTHS.index()] =
                sums.get(group, StorageUsage.REQUEST) * months / nodes;
        amounts[Amount.PERSISTENTVOLUMECLAIM_USAGE_GIGABYTE_MONTHS.index()] =
                sums.get(group, StorageUsage.USAGE) * months / nodes;
        return new SummaryRow(
                identity.start(SummaryRow.Kind.STORAGE, day.source(), day.date().toString())
                        .add(namespace)
                        .add(node)
                        .add(resource)
                        .add(claim)
                        .add(volume)
                        .add(storageClass)
                        .add(csiHandle)
                        .add(labels)
                        .uuid(),
                day,
                SummaryRow.Kind.STORAGE,
                reference.cluster(),
                reportPeriod,
                namespace,
                node,
                resource,
                null,
                labels,
                labels,
                claim,
                volume,
                storageClass,
                categories.of(namespace),
                amounts);
    }
}
