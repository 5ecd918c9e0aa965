package org.usagestreams.operations.upload;

import java.nio.file.Path;

/** A file and the key that it gets in the bucket. */
public record PlannedUpload(Path file, String key) {}
