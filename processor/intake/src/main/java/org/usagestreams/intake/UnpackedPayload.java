package org.usagestreams.intake;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a payload became.
 *
 * @param manifest its manifest
 * @param objects its objects, by date and report; none where it has no rows
 * @param files CSV files that were read
 * @param optimizationFiles files for resource optimisation, which are recognised, but not kept
 * @param otherMembers members that are neither CSV files nor the manifest
 * @param unlisted CSV files that the manifest does not name, in the archive's order; they are left out
 * @param missing files that the manifest names and this archive does not have, in the manifest's order: others of its payloads may
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
        List<String> unlisted,
        List<String> missing,
        long rows,
        long rowsWithoutTime,
        long rowsBeyondRetention) {
    private static final int MOST_NAMES = 5;

    /** Which files the manifest and the archive do not have in common, for people; empty where there are none. */
    public String note() {
        final StringBuilder note = new StringBuilder();
        if (!unlisted.isEmpty()) {
            note.append("Left out, because the manifest does not name them: ")
                    .append(names(unlisted))
                    .append('.');
        }
        if (!missing.isEmpty()) {
            note.append(note.isEmpty() ? "" : " ")
                    .append("The manifest names files that are not in this payload: ")
                    .append(names(missing))
                    .append(". Another payload of the manifest may have them.");
        }
        return note.toString();
    }

    private static String names(List<String> names) {
        final String first = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMES ? first : first + " and " + (names.size() - MOST_NAMES) + " more";
    }
}
