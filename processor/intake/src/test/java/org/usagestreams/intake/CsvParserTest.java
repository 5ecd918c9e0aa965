package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser beside FastCSV, a library for the same. */
class CsvParserTest {
    private static final int LINE_BYTES = 1 << 20;

    private static final String[] PARTS = {
        "a", "bc", ",", ",", "\"", "\"", "\n", "\r", "\r\n", "\u00e9", "\0", "x".repeat(9), "\"\"", ",\"", "\",", "\"\n"
    };

    /** Records, each as its line and its fields, and a last one for what is wrong. */
    private static final class Records implements CsvParser.Sink {
        final List<String> all = new ArrayList<>();
        final List<String> fields = new ArrayList<>();
        private List<String> before = List.of();
        private int beginning;
        private long line;

        @Override
        public void begin(long number) {
            line = number;
            fields.clear();
        }

        @Override
        public void field(int index, byte[] text, int offset, int length) {
            assertThat(index).isEqualTo(fields.size());
            fields.add(new String(text, offset, length, ISO_8859_1));
        }

        @Override
        public void repeated() {
            assertThat(fields).isEmpty();
            fields.addAll(before.subList(0, beginning));
        }

        @Override
        public void end(int count) {
            assertThat(count).isEqualTo(fields.size());
            all.add(line + ": " + fields);
            before = List.copyOf(fields);
        }

        @Override
        public RuntimeException refusal(RejectionReason reason, String message) {
            return new IllegalStateException(reason.toString());
        }
    }

    /** Reads it in small pieces. */
    private static InputStream pieces(String csv, Random random) {
        return new ByteArrayInputStream(csv.getBytes(ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(4)));
            }
        };
    }

    private static List<String> parsed(String csv, int beginning, Random random) throws IOException {
        final Records records = new Records();
        final CsvParser parser = new CsvParser(pieces(csv, random), records, LINE_BYTES);
        records.beginning = beginning;
        parser.repeatBeginning(beginning);
        try {
            while (parser.next()) {
                // It is in the list.
            }
        } catch (IllegalStateException e) {
            records.all.add(e.getMessage());
        }
        return records.all;
    }

    private static List<String> expected(String csv) {
        final List<String> all = new ArrayList<>();
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .skipEmptyLines(true)
                .ofCsvRecord(csv)) {
            for (final CsvRecord each : reader) {
                all.add(each.getStartingLineNumber() + ": " + each.getFields());
            }
        } catch (CsvParseException e) {
            all.add(RejectionReason.BAD_QUOTES.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldParseAsFastCsvDoes(int beginning) throws IOException {
        final Random random = new Random(beginning);
        for (int i = 0; i < 50_000; i++) {
            final StringBuilder csv = new StringBuilder();
            final int parts = random.nextInt(20);
            for (int part = 0; part < parts; part++) {
                csv.append(PARTS[random.nextInt(PARTS.length)]);
            }
            assertThat(parsed(csv.toString(), beginning, random))
                    .as(csv.toString())
                    .isEqualTo(expected(csv.toString()));
        }
    }

    @Test
    void shouldRecogniseABeginningThatRepeats() throws IOException {
        final String csv = "a,b,1\na,b,2\na,c,3\na,c,4\n\"a\",c,5\na,c,6\na,\na\na,c,7";
        final Random random = new Random(1);
        assertThat(parsed(csv, 2, random)).isEqualTo(expected(csv));
        final int[] repeated = new int[1];
        final CsvParser parser = new CsvParser(
                new ByteArrayInputStream(csv.getBytes(ISO_8859_1)),
                new CsvParser.Sink() {
                    @Override
                    public void begin(long line) {}

                    @Override
                    public void field(int index, byte[] text, int offset, int length) {}

                    @Override
                    public void repeated() {
                        repeated[0]++;
                    }

                    @Override
                    public void end(int fields) {}

                    @Override
                    public RuntimeException refusal(RejectionReason reason, String message) {
                        return new IllegalStateException(message);
                    }
                },
                LINE_BYTES);
        parser.repeatBeginning(2);
        while (parser.next()) {
            // Counted.
        }
        assertThat(repeated[0]).isEqualTo(2);
    }
}
