package org.usagestreams.rules;

import java.util.UUID;
import org.usagestreams.wire.chunk.DayKey;

/**
 * A row of the daily summary (sections 3 and 4). Texts and labels are null if the column is.
 *
 * @param uuid derived from the row's identity: the same row always has the same
 * @param day source and date
 * @param kind what kind of row this is
 * @param cluster the source's cluster
 * @param reportPeriodId the cluster's report period of the date's month; null if it has none
 * @param namespace the namespace, or what stands for it in an unallocated row
 * @param node the node
 * @param resourceId the node's id at its provider
 * @param podLabels merged labels of a pod row
 * @param volumeLabels merged labels of a storage row
 * @param allLabels merged labels, whatever the kind; never null
 * @param claim persistent volume claim
 * @param volume persistent volume
 * @param storageClass storage class
 * @param costCategoryId null if no category matches the namespace
 * @param amounts by {@link Amount#index()}; NaN is null
 */
public record SummaryRow(
        UUID uuid,
        DayKey day,
        Kind kind,
        ReferenceData.Cluster cluster,
        Integer reportPeriodId,
        String namespace,
        String node,
        String resourceId,
        Labels podLabels,
        Labels volumeLabels,
        Labels allLabels,
        String claim,
        String volume,
        String storageClass,
        Integer costCategoryId,
        double[] amounts) {
    /** {@code infrastructure_usage_cost} of pod and storage rows, as JSON. */
    public static final String NO_INFRASTRUCTURE_COST =
            "{\"cpu\": 0.000000000, \"memory\": 0.000000000, \"storage\": 0.000000000}";

    /** Kinds of rows. */
    public enum Kind {
        POD("Pod"),
        STORAGE("Storage"),
        UNALLOCATED("Pod");

        private final String dataSource;

        Kind(String dataSource) {
            this.dataSource = dataSource;
        }

        /** Column {@code data_source}. */
        public String dataSource() {
            return dataSource;
        }
    }

    /** An amount; NaN is null. */
    public double amount(Amount amount) {
        return amounts[amount.index()];
    }
}
