package org.usagestreams.validation;

import java.nio.file.Path;
import java.time.Instant;

/**
 * An object of the bucket, and where its bytes are.
 *
 * @param file a local copy
 * @param uploaded tells which of several objects is the newer one
 * @param manifestId null if it carries none
 * @param reportHours of its manifest; -1 if that does not say
 */
public record ReportObject(Path file, String key, Instant uploaded, String manifestId, long reportHours) {}
