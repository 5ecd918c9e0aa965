package org.usagestreams.operations.upload;

import java.nio.file.Path;

/** A file and its object key. */
public record PlannedUpload(Path file, String key) {}
