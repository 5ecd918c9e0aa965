package org.usagestreams.wire.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Reads one record of each event that each store sends, in the store's own shape. {@code expected.csv} says what is read
 * from it; the kind {@code NONE} stands for a test message without an event.
 */
class StoreEventsTest {
    private static final String FOLDER = "/notifications/";

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(
            resources = FOLDER + "expected.csv",
            numLinesToSkip = 1,
            nullValues = {},
            emptyValue = "")
    void shouldReadTheEventsOfEachStore(
            String file, String kind, String key, String etag, String versionId, String sequencer, String time)
            throws Exception {
        final List<BucketEvent> events = NotificationParser.parse(resource(FOLDER + file));
        if (kind.equals("NONE")) {
            assertThat(events).isEmpty();
            return;
        }
        final BucketEvent.Kind expected = BucketEvent.Kind.valueOf(kind);
        assertThat(events)
                .containsExactly(
                        expected == BucketEvent.Kind.OTHER
                                ? new BucketEvent(expected, "", "", "", "", "", Instant.EPOCH, null)
                                : new BucketEvent(
                                        expected,
                                        "reports",
                                        key,
                                        text(etag),
                                        text(versionId),
                                        text(sequencer),
                                        Instant.parse(time),
                                        null));
    }

    @Test
    void shouldExpectSomethingOfEachFile() throws IOException {
        final Set<String> expected = new String(resource(FOLDER + "expected.csv"), UTF_8)
                .lines()
                .skip(1)
                .map(line -> line.substring(0, line.indexOf(',')))
                .collect(Collectors.toSet());
        final Path folder = Path.of("src/test/resources" + FOLDER);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".json"))
                            .map(file -> folder.relativize(file).toString())
                            .collect(Collectors.toSet()))
                    .isEqualTo(expected);
        }
    }

    /** The table in the docs is what people rely on; it must have each name, with what is done about it. */
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = FOLDER + "expected.csv", numLinesToSkip = 1, emptyValue = "")
    void shouldHaveEachEventInTheDocs(String file, String kind) throws IOException {
        final String event = file.substring(file.indexOf('/') + 1, file.lastIndexOf('.'))
                .replace("BucketCreated.all", "BucketCreated.*")
                .replace("BucketRemoved.all", "BucketRemoved.*")
                .replace('.', ':');
        if (kind.equals("NONE") || event.endsWith("SomethingNew")) {
            return;
        }
        final List<String> rows = Files.readAllLines(Path.of("../../docs/notifications.md")).stream()
                .filter(line -> line.startsWith("|"))
                .filter(line -> Arrays.asList(line.split("\\|", -1)[1].split(",\\s*")).stream()
                        .anyMatch(name -> name.strip().equals("`" + event + "`")))
                .toList();
        assertThat(rows).as("rows of %s", event).hasSize(1);
        assertThat(rows.get(0)).contains("| " + kind.toLowerCase(java.util.Locale.ROOT) + " |");
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }

    private static byte[] resource(String path) {
        try (InputStream in = StoreEventsTest.class.getResourceAsStream(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path, e);
        }
    }
}
