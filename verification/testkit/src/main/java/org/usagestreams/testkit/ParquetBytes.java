package org.usagestreams.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.usagestreams.parquet.BlockCodecs;

/** Parquet files of any schema, as other programs could write them. */
public final class ParquetBytes {
    private ParquetBytes() {}

    /** Changes how files are written. */
    @FunctionalInterface
    public interface Options extends UnaryOperator<Builder> {}

    /**
     * A file's bytes.
     *
     * @param schema such as {@code message m { optional double a; }}; fields of groups get no values
     * @param rows by name a Double, Float, Integer, Long, Boolean or String; what is missing is null
     */
    public static byte[] write(String schema, List<Map<String, Object>> rows, Options options) {
        try {
            final Path file = Files.createTempFile("foreign", ".parquet");
            final Builder builder = new Builder(new LocalOutputFile(file), MessageTypeParser.parseMessageType(schema))
                    .withConf(new PlainParquetConfiguration())
                    .withCodecFactory(new BlockCodecs(Integer.MAX_VALUE))
                    .withCompressionCodec(CompressionCodecName.SNAPPY)
                    .withWriteMode(ParquetFileWriter.Mode.OVERWRITE);
            try (ParquetWriter<Map<String, Object>> writer =
                    options.apply(builder).build()) {
                for (final Map<String, Object> row : rows) {
                    writer.write(row);
                }
            }
            final byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parquet's builder of writers. */
    public static final class Builder extends ParquetWriter.Builder<Map<String, Object>, Builder> {
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
        protected WriteSupport<Map<String, Object>> getWriteSupport(Configuration configuration) {
            return new Rows(schema);
        }

        @Override
        protected WriteSupport<Map<String, Object>> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(schema);
        }
    }

    private static final class Rows extends WriteSupport<Map<String, Object>> {
        private final MessageType schema;
        private RecordConsumer out;

        Rows(MessageType schema) {
            this.schema = schema;
        }

        @Override
        @SuppressWarnings("deprecation") // As above.
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            out = consumer;
        }

        @Override
        public void write(Map<String, Object> row) {
            out.startMessage();
            for (int i = 0; i < schema.getFieldCount(); i++) {
                final String name = schema.getFieldName(i);
                if (row.get(name) != null) {
                    out.startField(name, i);
                    add(row.get(name));
                    out.endField(name, i);
                }
            }
            out.endMessage();
        }

        private void add(Object value) {
            if (value instanceof Double number) {
                out.addDouble(number);
            } else if (value instanceof Float number) {
                out.addFloat(number);
            } else if (value instanceof Long number) {
                out.addLong(number);
            } else if (value instanceof Integer number) {
                out.addInteger(number);
            } else if (value instanceof Boolean flag) {
                out.addBoolean(flag);
            } else if (value instanceof byte[] bytes) {
                out.addBinary(Binary.fromConstantByteArray(bytes));
            } else {
                out.addBinary(Binary.fromString((String) value));
            }
        }
    }
}
