package org.usagestreams.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.usagestreams.console.ConsoleInstance;
import org.usagestreams.console.access.Tokens;

/** A whole system with a console, to which anna signs in as an operator of all organisations, and carl as one of another organisation. */
final class OperatedSystem implements AutoCloseable {
    static final Duration WITHIN = Duration.ofMinutes(4);
    static final String ANNA = "anna-token";
    static final String CARL = "carl-token";

    final EmbeddedClusterFixture fixture;
    final ConsoleInstance console;
    final ConsoleClient anna;

    OperatedSystem(Path directory) throws Exception {
        fixture = new EmbeddedClusterFixture(Map.of(), directory);
        final Path users = Files.writeString(
                directory.resolve("users"),
                "anna operator * " + Tokens.hash(ANNA) + "\ncarl operator other " + Tokens.hash(CARL));
        console = ConsoleInstance.start(fixture.cluster
                .settings()
                .with(Map.of("console.http.port", "0", "console.users.file", users.toString())));
        anna = new ConsoleClient(console.url());
        anna.signIn(ANNA);
    }

    /** Waits for what a page or a table is to show. */
    static void eventually(String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .pollInSameThread()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .until(condition);
    }

    @Override
    public void close() throws IOException {
        console.close();
        fixture.close();
    }
}
