package org.usagestreams.splitter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.usagestreams.parquet.BlockCodecs;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;

/**
 * A valid Parquet file with a report's columns, of random types, encodings, nesting, sizes of pages and row groups, numbers of rows
 * and lengths of values: what any program could write that knows the columns' names.
 */
final class RandomFile {
    private static final LogicalTypeAnnotation STRING = LogicalTypeAnnotation.stringType();

    /** Of a file, about: as many as 20,000 rows of a report have. Wide schemas get fewer rows. */
    private static final int MOST_VALUES = 400_000;

    /** Row groups, and pages of a column, about: writing each takes a while, and so few files would take most of the time. */
    private static final int MOST_PARTS = 200;

    private final Random random;
    private final ReportType report;

    RandomFile(Random random, ReportType report) {
        this.random = random;
        this.report = report;
    }

    byte[] write() throws IOException {
        final MessageType schema = schema();
        final int drawn =
                switch (random.nextInt(10)) {
                    case 0 -> 0;
                    case 1 -> random.nextInt(4) == 0 ? 20_000 : 4_000;
                    case 2 -> 2_000;
                    default -> random.nextInt(200);
                };
        final int rows = Math.min(drawn, MOST_VALUES / schema.getColumns().size());
        final Path file = Files.createTempFile("random", ".parquet");
        try (ParquetWriter<Integer> writer = new Builder(new LocalOutputFile(file), schema)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new BlockCodecs(Integer.MAX_VALUE))
                .withCompressionCodec(pick(List.of(
                        CompressionCodecName.UNCOMPRESSED,
                        CompressionCodecName.SNAPPY,
                        CompressionCodecName.GZIP,
                        CompressionCodecName.ZSTD)))
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withWriterVersion(pick(List.of(WriterVersion.values())))
                .withDictionaryEncoding(random.nextInt(4) > 0)
                .withByteStreamSplitEncoding(random.nextInt(8) == 0)
                .withDictionaryPageSize(1 << (10 + random.nextInt(12)))
                .withPageSize(Math.max(rows, 1 << (8 + random.nextInt(13))))
                .withPageRowCountLimit(Math.max(rows / MOST_PARTS, 1 + random.nextInt(20_000)))
                .withMinRowCountForPageSizeCheck(1 + random.nextInt(100))
                .withRowGroupRowCountLimit(
                        Math.max(rows / MOST_PARTS, 1 + random.nextInt(random.nextBoolean() ? 100 : 20_000)))
                .withPageWriteChecksumEnabled(random.nextBoolean())
                .build()) {
            for (int i = 0; i < rows; i++) {
                writer.write(i);
            }
        }
        final byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    private MessageType schema() {
        final List<Type> fields = new ArrayList<>();
        for (final ColumnSpec column : report.columns()) {
            final boolean odd = random.nextInt(60) == 0;
            if (column.required() || random.nextInt(6) > 0) {
                fields.add(odd ? other(column.name(), 0) : field(column));
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            fields.add(random.nextInt(fields.size() + 1), other("other_" + i, 0));
        }
        return new MessageType("m", fields);
    }

    private Type field(ColumnSpec column) {
        final String name = random.nextInt(10) == 0 ? column.name().toUpperCase(Locale.ROOT) : column.name();
        final Type.Repetition repetition = random.nextInt(4) == 0 ? Type.Repetition.REQUIRED : Type.Repetition.OPTIONAL;
        return switch (column.kind()) {
            case TIME ->
                switch (random.nextInt(4)) {
                    case 0 ->
                        Types.primitive(PrimitiveTypeName.BINARY, repetition)
                                .as(STRING)
                                .named(name);
                    case 1 ->
                        Types.primitive(PrimitiveTypeName.INT96, repetition).named(name);
                    default ->
                        Types.primitive(PrimitiveTypeName.INT64, repetition)
                                .as(LogicalTypeAnnotation.timestampType(true, pick(List.of(TimeUnit.values()))))
                                .named(name);
                };
            case NAME ->
                Types.primitive(PrimitiveTypeName.BINARY, repetition).as(STRING).named(name);
            case AMOUNT ->
                switch (random.nextInt(8)) {
                    case 0 ->
                        Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
                    case 1 ->
                        Types.primitive(PrimitiveTypeName.INT32, repetition).named(name);
                    case 2 ->
                        Types.primitive(PrimitiveTypeName.FLOAT, repetition).named(name);
                    case 3 ->
                        Types.primitive(PrimitiveTypeName.BINARY, repetition)
                                .as(LogicalTypeAnnotation.decimalType(2, 38))
                                .named(name);
                    default ->
                        Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
                };
            case LABELS ->
                switch (random.nextInt(3)) {
                    case 0 ->
                        Types.map(repetition)
                                .key(Types.required(PrimitiveTypeName.BINARY)
                                        .as(STRING)
                                        .named("key"))
                                .value(other("value", 9))
                                .named(name);
                    case 1 -> struct(name, repetition);
                    default ->
                        Types.primitive(PrimitiveTypeName.BINARY, repetition)
                                .as(STRING)
                                .named(name);
                };
        };
    }

    private Type struct(String name, Type.Repetition repetition) {
        final List<Type> fields = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 500 : 5); i >= 0; i--) {
            fields.add(other("label_" + i, 9));
        }
        return new GroupType(repetition, name, fields);
    }

    /** A field of any type, nested no deeper than 9. */
    private Type other(String name, int depth) {
        final Type.Repetition repetition =
                depth >= 9 ? Type.Repetition.OPTIONAL : pick(List.of(Type.Repetition.values()));
        if (depth < 9 && random.nextInt(4) == 0) {
            final List<Type> fields = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                fields.add(other("f" + i, depth + 3));
            }
            return new GroupType(repetition, name, fields);
        }
        return switch (random.nextInt(6)) {
            case 0 -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition).named(name);
            case 1 -> Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
            case 2 ->
                Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                        .length(16)
                        .named(name);
            case 3 -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
            default ->
                Types.primitive(PrimitiveTypeName.BINARY, repetition).as(STRING).named(name);
        };
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private final class Builder extends ParquetWriter.Builder<Integer, Builder> {
        private final MessageType schema;

        Builder(OutputFile file, MessageType schema) {
            super(file);
            this.schema = schema;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // Abstract, so it has to be there; it is not called.
        protected WriteSupport<Integer> getWriteSupport(Configuration configuration) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected WriteSupport<Integer> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(schema);
        }
    }

    private final class Rows extends WriteSupport<Integer> {
        private final MessageType schema;
        private RandomValues values;

        Rows(MessageType schema) {
            this.schema = schema;
        }

        @Override
        @SuppressWarnings("deprecation") // As above.
        public WriteContext init(Configuration configuration) {
            throw new UncheckedIOException(new IOException());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer out) {
            values = new RandomValues(random, out);
        }

        @Override
        public void write(Integer row) {
            values.message(schema);
        }
    }
}
