package org.usagestreams.splitter.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Random rows of any schema. Each leaf draws its values from a pool of its own: few or many, short or long. */
final class RandomValues {
    private static final Instant START = Instant.parse("2025-11-01T00:00:00Z");
    private static final int JULIAN_DAY = 2_460_981;

    private final Random random;
    private final RecordConsumer out;
    private final boolean large;

    /** Bytes of large values, and repeated values, that may still be drawn: the file has to fit into a heap as well. */
    private int left = 16 << 20;

    private final Map<Type, Pool> pools = new HashMap<>();

    /** Of one leaf, or of a repeated field. */
    private record Pool(int distinct, int length, int nullsOfTen, int repeats) {}

    RandomValues(Random random, RecordConsumer out) {
        this.random = random;
        this.out = out;
        large = random.nextInt(6) == 0;
    }

    void message(GroupType schema) {
        out.startMessage();
        fields(schema);
        out.endMessage();
    }

    private void fields(GroupType group) {
        for (int i = 0; i < group.getFieldCount(); i++) {
            final Type field = group.getType(i);
            final Pool pool = pools.computeIfAbsent(field, f -> pool());
            int count =
                    switch (field.getRepetition()) {
                        case REQUIRED -> 1;
                        case OPTIONAL -> random.nextInt(10) < pool.nullsOfTen() ? 0 : 1;
                        case REPEATED -> left > 0 ? random.nextInt(pool.repeats()) : 1;
                    };
            left -= count;
            if (count > 0) {
                out.startField(field.getName(), i);
                for (; count > 0; count--) {
                    value(field, pool);
                }
                out.endField(field.getName(), i);
            }
        }
    }

    private Pool pool() {
        final int length = large && random.nextInt(8) == 0 ? 70_000 : random.nextInt(30);
        return new Pool(
                1 + random.nextInt(random.nextBoolean() ? 4 : 2_000),
                length,
                random.nextInt(3) == 0 ? random.nextInt(11) : 0,
                large && random.nextInt(3) == 0 ? 400 : 4);
    }

    private void value(Type field, Pool pool) {
        if (!field.isPrimitive()) {
            out.startGroup();
            fields(field.asGroupType());
            out.endGroup();
            return;
        }
        final PrimitiveType type = field.asPrimitiveType();
        final int number = random.nextInt(pool.distinct());
        switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> out.addBoolean(number % 2 == 0);
            case INT32 -> out.addInteger(number);
            case INT64 ->
                out.addLong(
                        type.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation time
                                ? time(number, time.getUnit())
                                : number);
            case INT96 ->
                out.addBinary(Binary.fromConstantByteArray(ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(number % 24 * 3_600_000_000_000L)
                        .putInt(JULIAN_DAY + number / 24 % 60)
                        .array()));
            case FLOAT -> out.addFloat(number);
            case DOUBLE -> out.addDouble(number * 1.5);
            case FIXED_LEN_BYTE_ARRAY -> out.addBinary(Binary.fromConstantByteArray(new byte[type.getTypeLength()]));
            case BINARY -> out.addBinary(binary(type, number, pool.length()));
        }
    }

    private static long time(int number, TimeUnit unit) {
        final long seconds = START.getEpochSecond() + number % (60 * 24) * 3600L;
        return switch (unit) {
            case MILLIS -> seconds * 1_000;
            case MICROS -> seconds * 1_000_000;
            case NANOS -> seconds * 1_000_000_000;
        };
    }

    private Binary binary(PrimitiveType type, int number, int length) {
        final String name = type.getName().toLowerCase(Locale.ROOT);
        if (name.contains("interval_start")) {
            return Binary.fromString(
                    START.plusSeconds(3600L * (number % (60 * 24))).toString());
        }
        final String text = number + "x".repeat(left > 0 ? length : 0);
        left -= text.length();
        if (!name.endsWith("labels")) {
            return Binary.fromString(text);
        }
        return Binary.fromString(
                switch (random.nextInt(20)) {
                    case 0 -> text;
                    case 1 -> "label_a:" + text + "|label_b:c";
                    default -> "{\"app\":\"" + text + "\"}";
                });
    }
}
