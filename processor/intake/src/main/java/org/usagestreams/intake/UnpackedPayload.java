package org.usagestreams.intake;

import java.util.List;

/**
 * What a payload became.
 *
 * @param manifest its manifest
 * @param objects its objects, by date and report; none where it has no rows
 * @param files CSV files that were read
 * @param optimizationFiles files for resource optimisation, which are recognised, but not kept
 * @param otherMembers members that are neither CSV files nor the manifest
 * @param rows rows of the files that were read
 * @param rowsWithoutTime rows that are dropped because they have no readable {@code interval_start}
 * @param rowsBeyondRetention rows that are left out because of their usage date
 */
public record UnpackedPayload(
        Manifest manifest,
        List<UnpackedObject> objects,
        int files,
        int optimizationFiles,
        int otherMembers,
        long rows,
        long rowsWithoutTime,
        long rowsBeyondRetention) {}
