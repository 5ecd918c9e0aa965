package org.usagestreams.sample;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.usagestreams.parquet.BlockCodecs;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;

/**
 * Writes a report as a Parquet file. A row has a value per column of its type, in that order: an {@link Instant}, a
 * Double, a String, or a Map of labels; null for null.
 */
public final class ReportWriter implements Closeable {
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss '+0000 UTC'").withZone(ZoneOffset.UTC);

    private final ParquetWriter<Object[]> writer;

    /** Begins a file; folders are made, a file that is there is replaced. */
    public ReportWriter(Path file, ReportType type, SampleOptions options) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        writer = new Builder(new LocalOutputFile(file), type, options)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new BlockCodecs(Integer.MAX_VALUE))
                .withCompressionCodec(options.compression())
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withRowGroupRowCountLimit(122_880)
                .build();
    }

    /** Adds a row. */
    public void write(Object[] row) throws IOException {
        writer.write(row);
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }

    private static final class Builder extends ParquetWriter.Builder<Object[], Builder> {
        private final ReportType type;
        private final SampleOptions options;

        Builder(OutputFile file, ReportType type, SampleOptions options) {
            super(file);
            this.type = type;
            this.options = options;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        @SuppressWarnings("deprecation") // Abstract, so it has to be there; it is not called.
        protected WriteSupport<Object[]> getWriteSupport(Configuration configuration) {
            return new Rows(type, options);
        }

        @Override
        protected WriteSupport<Object[]> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(type, options);
        }
    }

    private static final class Rows extends WriteSupport<Object[]> {
        private final ReportType type;
        private final SampleOptions options;
        private RecordConsumer out;

        Rows(ReportType type, SampleOptions options) {
            this.type = type;
            this.options = options;
        }

        @Override
        @SuppressWarnings("deprecation") // As above.
        public WriteContext init(Configuration configuration) {
            return context();
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return context();
        }

        private WriteContext context() {
            final Types.MessageTypeBuilder schema = Types.buildMessage();
            for (final ColumnSpec column : type.columns()) {
                schema.addField(field(column));
            }
            final MessageType message = schema.named(type.shortSegment());
            return new WriteContext(message, Map.of());
        }

        private Type field(ColumnSpec column) {
            return switch (column.kind()) {
                case TIME -> time(column.name());
                case AMOUNT -> Types.optional(PrimitiveTypeName.DOUBLE).named(column.name());
                case NAME -> text(column.name());
                case LABELS ->
                    switch (options.labels()) {
                        case JSON, PIPE -> text(column.name());
                        case MAP ->
                            Types.optionalMap()
                                    .key(Types.required(PrimitiveTypeName.BINARY)
                                            .as(LogicalTypeAnnotation.stringType())
                                            .named("key"))
                                    .value(text("value"))
                                    .named(column.name());
                        case STRUCT -> {
                            final var struct = Types.optionalGroup();
                            SampleData.LABEL_KEYS.forEach(key -> struct.addField(text(key)));
                            yield struct.named(column.name());
                        }
                    };
            };
        }

        private static Type text(String name) {
            return Types.optional(PrimitiveTypeName.BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named(name);
        }

        private Type time(String name) {
            return switch (options.times()) {
                case MILLIS -> timestamp(LogicalTypeAnnotation.TimeUnit.MILLIS, name);
                case MICROS -> timestamp(LogicalTypeAnnotation.TimeUnit.MICROS, name);
                case NANOS -> timestamp(LogicalTypeAnnotation.TimeUnit.NANOS, name);
                case INT96 -> Types.optional(PrimitiveTypeName.INT96).named(name);
                case TEXT, ISO -> text(name);
            };
        }

        private static Type timestamp(LogicalTypeAnnotation.TimeUnit unit, String name) {
            return Types.optional(PrimitiveTypeName.INT64)
                    .as(LogicalTypeAnnotation.timestampType(true, unit))
                    .named(name);
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            out = consumer;
        }

        @Override
        public void write(Object[] row) {
            out.startMessage();
            for (int i = 0; i < row.length; i++) {
                if (row[i] != null) {
                    final String name = type.columns().get(i).name();
                    out.startField(name, i);
                    value(row[i]);
                    out.endField(name, i);
                }
            }
            out.endMessage();
        }

        private void value(Object value) {
            if (value instanceof Double amount) {
                out.addDouble(amount);
            } else if (value instanceof String text) {
                out.addBinary(Binary.fromString(text));
            } else if (value instanceof Instant time) {
                time(time);
            } else if (value instanceof Map<?, ?> labels) {
                labels(labels);
            } else {
                throw new IllegalArgumentException("a row holds a " + value.getClass());
            }
        }

        private void time(Instant time) {
            final long seconds = time.getEpochSecond();
            switch (options.times()) {
                case MILLIS -> out.addLong(time.toEpochMilli());
                case MICROS -> out.addLong(seconds * 1_000_000 + time.getNano() / 1_000);
                case NANOS -> out.addLong(seconds * 1_000_000_000 + time.getNano());
                case INT96 ->
                    out.addBinary(Binary.fromConstantByteBuffer(ByteBuffer.allocate(12)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(Math.floorMod(seconds, 86_400L) * 1_000_000_000 + time.getNano())
                            .putInt((int) (Math.floorDiv(seconds, 86_400L) + JULIAN_DAY_OF_EPOCH))
                            .flip()));
                case TEXT -> out.addBinary(Binary.fromString(TEXT.format(time)));
                case ISO -> out.addBinary(Binary.fromString(time.toString()));
            }
        }

        private void labels(Map<?, ?> labels) {
            switch (options.labels()) {
                case JSON -> out.addBinary(Binary.fromString(SampleData.json(labels)));
                case PIPE -> out.addBinary(Binary.fromString(SampleData.pipe(labels)));
                case MAP -> {
                    out.startGroup();
                    if (!labels.isEmpty()) {
                        out.startField("key_value", 0);
                        labels.forEach((key, value) -> {
                            out.startGroup();
                            field("key", 0, key);
                            field("value", 1, value);
                            out.endGroup();
                        });
                        out.endField("key_value", 0);
                    }
                    out.endGroup();
                }
                case STRUCT -> {
                    out.startGroup();
                    for (int i = 0; i < SampleData.LABEL_KEYS.size(); i++) {
                        final Object value = labels.get(SampleData.LABEL_KEYS.get(i));
                        if (value != null) {
                            field(SampleData.LABEL_KEYS.get(i), i, value);
                        }
                    }
                    out.endGroup();
                }
            }
        }

        private void field(String name, int index, Object value) {
            out.startField(name, index);
            out.addBinary(Binary.fromString((String) value));
            out.endField(name, index);
        }
    }
}
