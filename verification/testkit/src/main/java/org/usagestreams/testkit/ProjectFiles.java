package org.usagestreams.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the project, wherever a test runs. */
public final class ProjectFiles {
    private ProjectFiles() {}

    /**
     * A file or folder.
     *
     * @param path from the project's root
     * @throws IllegalStateException if the test does not run within the project
     */
    public static Path of(String path) {
        final Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder.resolve(path);
            }
        }
        throw new IllegalStateException("Cannot find the project's root: no folder above " + start + " has an mvnw");
    }
}
