package org.usagestreams.simulation;

import java.util.List;

/**
 * What a fetch returns.
 *
 * @param records in order of their offsets
 * @param next the position after the fetch; it passes control records, aborted records and compacted gaps
 * @param start the partition's first offset
 * @param lastStable the offset that readers of committed records do not pass
 * @param end the high watermark
 */
public record Fetched(List<LogRecord> records, long next, long start, long lastStable, long end) {}
