package org.usagestreams.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.distribution.Installed.Said;

/** The tar.gz, unpacked as people do it; only in builds that make it, those with the profile {@code dist}. */
class TarGzIT {
    @TempDir
    private static Path folder;

    private static Path archive;
    private static Path home;

    @BeforeAll
    static void unpack() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("target").toAbsolutePath())) {
            archive = files.filter(file -> file.toString().endsWith(".tar.gz"))
                    .findFirst()
                    .orElse(null);
        }
        assumeTrue(archive != null, "SKIPPED: no tar.gz, which the profile dist builds");
        final Said tar = Installed.run(folder, Map.of(), "tar", "-xzf", archive.toString());
        assertThat(tar.code()).as(tar.err()).isZero();
        home = folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
    }

    private static Said call(String... arguments) throws IOException, InterruptedException {
        return new Installed(home.resolve("bin/usage-streams"), folder).call(arguments);
    }

    @Test
    void shouldHoldAllThatAnInstallationNeeds() throws Exception {
        try (Stream<Path> top = Files.list(home)) {
            assertThat(top.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "LICENSE",
                            "THIRD-PARTY.md",
                            "bin",
                            "completion",
                            "conf",
                            "connect",
                            "help",
                            "lib",
                            "licenses");
        }
        assertThat(home.resolve("conf/usage-streams.properties")).isNotEmptyFile();
        try (Stream<Path> plugin = Files.list(home.resolve("connect"))) {
            assertThat(plugin).isNotEmpty();
        }
    }

    @Test
    void shouldHaveItsSha256BesideIt() throws Exception {
        final MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(archive), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        assertThat(Path.of(archive + ".sha256"))
                .content()
                .isEqualToIgnoringNewLines(HexFormat.of().formatHex(digest.digest()) + "  " + archive.getFileName());
    }

    @Test
    void shouldRunFromAnotherFolder() throws Exception {
        final Said version = call("--version");
        assertThat(version.err()).isEmpty();
        assertThat(version.code()).isZero();
        assertThat(version.out().strip())
                .isEqualTo(home.getFileName().toString().replace("usage-streams-", "usage-streams "));
        assertThat(call("--help").out()).contains("Run it", " run ", " validator ", " case ", " crash ", " simulate ");
        assertThat(call("settings").out()).contains("kafka.bootstrap.servers");
        assertThat(call("topics", "show").out()).contains("usage.chunks");
    }

    @Test
    void shouldHaveTheCompletionThatTheCommandPrints() throws Exception {
        assertThat(home.resolve("completion/usage-streams.bash"))
                .content()
                .isEqualTo(call("completion", "--quiet").out());
    }

    @Test
    void shouldRunAGoldenCase() throws Exception {
        final Path golden = Path.of("../verification/golden/01-one-day").toAbsolutePath();
        final Said rows = call("case", golden.toString());
        assertThat(rows.err()).doesNotContain("Cannot");
        assertThat(rows.code()).isZero();
        assertThat(rows.out().lines().count())
                .isEqualTo(
                        Files.readString(golden.resolve("expected.csv")).lines().count());
    }
}
