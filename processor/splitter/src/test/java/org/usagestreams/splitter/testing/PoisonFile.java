package org.usagestreams.splitter.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.usagestreams.parquet.BlockCodecs;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** Small pod reports, all of them valid, that once ended a process or held everybody up. */
public enum PoisonFile {
    /** One row, whose 10,000 labels share one value of 60 KB: 600 MB as text, from 7 KB. */
    MAP_OF_ONE_VALUE {
        @Override
        byte[] write() throws IOException {
            final Binary value = text(60_000, 0);
            return parquet(true, 1, row -> {
                for (int i = 0; i < 10_000; i++) {
                    row.label("k" + i, value);
                }
            });
        }
    },

    /** 10,000 rows, each with another pair of 100 keys and 100 values of 60 KB: 600 MB as text, from some 20 KB. */
    MAPS_OF_FEW_VALUES {
        @Override
        byte[] write() throws IOException {
            final Binary[] values = new Binary[100];
            for (int i = 0; i < values.length; i++) {
                values[i] = text(60_000, i);
            }
            return parquet(
                    true,
                    values.length * values.length,
                    row -> row.label("k" + row.number % values.length, values[row.number / values.length]));
        }
    },

    /** 15,000 rows, each with another text of 40 KB: 600 MB, from 220 KB. The footer says that it is a byte. */
    TEXTS_BEHIND_A_LIE {
        @Override
        byte[] write() throws IOException {
            final String value = "x".repeat(40_000);
            final byte[] honest = parquet(
                    false, 15_000, row -> row.text(Columns.POD_LABELS, "{\"k" + row.number + "\":\"" + value + "\"}"));
            final int length = ByteBuffer.wrap(honest, honest.length - 8, 4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getInt();
            final int end = honest.length - 8 - length;
            final FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(honest, end, length));
            footer.getRow_groups().forEach(group -> group.getColumns()
                    .forEach(column -> column.getMeta_data().setTotal_uncompressed_size(1)));
            return RawReport.file(
                    ByteBuffer.allocate(end - 4).put(honest, 4, end - 4).array(), RawReport.footer(footer));
        }
    },

    /** 105,000,000 equal rows, from 3.4 KB. */
    EQUAL_ROWS {
        @Override
        byte[] write() throws IOException {
            return RawReport.ofEqualRows(
                    2_000_000_000 / ReportType.POD_USAGE.columns().size());
        }
    },

    /** As many rows in which everything is null, from 2.5 KB. */
    NULLS {
        @Override
        byte[] write() throws IOException {
            final int rows = 2_000_000_000 / ReportType.POD_USAGE.columns().size();
            return RawReport.of(rows, Map.of("", List.of(RawReport.nulls(rows))), column -> {});
        }
    };

    private static final ReportType TYPE = ReportType.POD_USAGE;

    /** The file. */
    public final byte[] bytes() {
        try {
            return write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    abstract byte[] write() throws IOException;

    private static Binary text(int length, int number) {
        final String digits = Integer.toString(number);
        return Binary.fromString(digits + "x".repeat(length - digits.length()));
    }

    private static byte[] parquet(boolean maps, int rows, Fill fill) throws IOException {
        final Path file = Files.createTempFile("poison", ".parquet");
        try (ParquetWriter<Integer> writer = new Builder(new LocalOutputFile(file), maps, fill)
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new BlockCodecs(Integer.MAX_VALUE))
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .withRowGroupSize(1L << 40)
                .withRowGroupRowCountLimit(Integer.MAX_VALUE)
                .withDictionaryEncoding(maps)
                .withDictionaryPageSize(200 << 20)
                .withPageSize(1 << 20)
                .withMinRowCountForPageSizeCheck(10)
                .build()) {
            for (int i = 0; i < rows; i++) {
                writer.write(i);
            }
        }
        final byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    private static MessageType schema(boolean maps) {
        final Types.MessageTypeBuilder schema = Types.buildMessage();
        for (final ColumnSpec column : TYPE.columns()) {
            final LogicalTypeAnnotation string = LogicalTypeAnnotation.stringType();
            schema.addField(
                    column.kind() == ColumnSpec.Kind.AMOUNT
                            ? Types.optional(PrimitiveTypeName.DOUBLE).named(column.name())
                            : maps && column.kind() == ColumnSpec.Kind.LABELS
                                    ? Types.optionalMap()
                                            .key(Types.required(PrimitiveTypeName.BINARY)
                                                    .as(string)
                                                    .named("key"))
                                            .value(Types.optional(PrimitiveTypeName.BINARY)
                                                    .as(string)
                                                    .named("value"))
                                            .named(column.name())
                                    : Types.optional(PrimitiveTypeName.BINARY)
                                            .as(string)
                                            .named(column.name()));
        }
        return schema.named("m");
    }

    /** Gives a row its labels. */
    @FunctionalInterface
    private interface Fill {
        void accept(Row row);
    }

    /** The row that is written: times and names are always the same. */
    private static final class Row {
        private final RecordConsumer out;
        private final boolean maps;
        private int number;

        Row(RecordConsumer out, boolean maps) {
            this.out = out;
            this.maps = maps;
        }

        void write(int row, Fill fill) {
            number = row;
            out.startMessage();
            for (int i = 0; i < TYPE.columns().size(); i++) {
                final ColumnSpec column = TYPE.columns().get(i);
                switch (column.kind()) {
                    case TIME -> text(column.name(), "2026-11-01 00:00:00 +0000 UTC");
                    case NAME -> text(column.name(), "n");
                    case LABELS -> labels(column.name(), i, fill);
                    case AMOUNT -> {}
                }
            }
            out.endMessage();
        }

        private void labels(String name, int index, Fill fill) {
            if (maps) {
                out.startField(name, index);
                out.startGroup();
                out.startField("key_value", 0);
            }
            fill.accept(this);
            if (maps) {
                out.endField("key_value", 0);
                out.endGroup();
                out.endField(name, index);
            }
        }

        void text(String name, String value) {
            field(name, TYPE.columns().stream().map(ColumnSpec::name).toList().indexOf(name), Binary.fromString(value));
        }

        void label(String key, Binary value) {
            out.startGroup();
            field("key", 0, Binary.fromString(key));
            field("value", 1, value);
            out.endGroup();
        }

        private void field(String name, int index, Binary value) {
            out.startField(name, index);
            out.addBinary(value);
            out.endField(name, index);
        }
    }

    private static final class Builder extends ParquetWriter.Builder<Integer, Builder> {
        private final boolean maps;
        private final Fill fill;

        Builder(OutputFile file, boolean maps, Fill fill) {
            super(file);
            this.maps = maps;
            this.fill = fill;
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
            return new Rows(maps, fill);
        }
    }

    private static final class Rows extends WriteSupport<Integer> {
        private final boolean maps;
        private final Fill fill;
        private Row row;

        Rows(boolean maps, Fill fill) {
            this.maps = maps;
            this.fill = fill;
        }

        @Override
        @SuppressWarnings("deprecation") // As above.
        public WriteContext init(Configuration configuration) {
            throw new UnsupportedOperationException();
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema(maps), Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer out) {
            row = new Row(out, maps);
        }

        @Override
        public void write(Integer number) {
            row.write(number, fill);
        }
    }
}
