package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The whole behind Versity's S3 gateway, a maintained store. Skipped, with a word, where there is none. */
@Tag("containers")
@Tag("versity")
class VersityIT extends StoreContract {
    @TempDir
    private static Path directory;

    private static VersityGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        final Optional<Path> program = VersityGateway.program();
        if (program.isEmpty()) {
            System.out.println("skipped: VersityIT; there is no versitygw on the PATH nor in TEST_VERSITYGW"
                    + " (.ci/run installs one where Go is there)");
        }
        assumeTrue(program.isPresent(), "no versitygw is there");
        final int kafkaPort = Ports.free();
        gateway = VersityGateway.start(program.get(), directory.resolve("versity"), "localhost:" + kafkaPort);
        fixture = new EmbeddedClusterFixture(
                new EmbeddedCluster.Options(
                        null,
                        kafkaPort,
                        0,
                        0,
                        0,
                        Map.of("reconcile.interval.ms", "0", "store.region", VersityGateway.REGION),
                        null,
                        new ExternalParts(null, null, gateway.store(), () -> {})),
                directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
        if (gateway != null) {
            gateway.close();
        }
    }
}
