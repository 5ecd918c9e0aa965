package org.usagestreams.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;

/** An installed program, called as people do, from a folder. */
record Installed(Path launcher, Path folder) {
    /** What a program said, and the code with which it ended. */
    record Said(int code, String out, String err) {}

    Said call(String... arguments) throws IOException, InterruptedException {
        return call(Map.of(), arguments);
    }

    /** With variables in its environment. */
    Said call(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return run(
                folder,
                environment,
                Stream.concat(Stream.of(launcher.toString()), Arrays.stream(arguments))
                        .toArray(String[]::new));
    }

    /** Runs any program in a folder. */
    static Said run(Path folder, Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        final Path out = folder.resolve("out");
        final Path err = folder.resolve("err");
        final ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.environment().putAll(environment);
        builder.redirectOutput(out.toFile()).redirectError(err.toFile());
        final int code = builder.start().waitFor();
        return new Said(code, Files.readString(out), Files.readString(err));
    }
}
