package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.OperatorCsv;
import org.usagestreams.testkit.PayloadBuilder;
import org.usagestreams.testkit.PayloadBuilder.Archives;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ReportType;

/**
 * Tampered payloads are unpacked or refused, and never end a thread or take much memory. {@code -Dusage.fuzz=10000} tries more,
 * {@code -Dusage.fuzz.seed} begins elsewhere.
 */
class PayloadFuzzTest {
    private static final int INPUTS = Integer.getInteger("usage.fuzz", 300);
    private static final long FIRST_SEED = Long.getLong("usage.fuzz.seed", 1);

    /** What a payload of some kilobytes may make a thread allocate, all that is freed again included. */
    private static final long BYTES = 256L << 20;

    private static final long NANOS = 20_000_000_000L;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    @Test
    void shouldUnpackOrRefuseTamperedPayloads() throws IOException {
        final Map<RejectionReason, Integer> reasons = new EnumMap<>(RejectionReason.class);
        int unpacked = 0;
        long most = 0;
        for (int i = 0; i < INPUTS; i++) {
            final long seed = FIRST_SEED + i;
            final byte[] payload = payload(new Random(seed));
            final long allocated = threads.getCurrentThreadAllocatedBytes();
            final long start = System.nanoTime();
            final RejectionReason reason = unpack(payload, seed);
            final long used = threads.getCurrentThreadAllocatedBytes() - allocated;
            most = Math.max(most, used);
            assertThat(used).as("bytes allocated for seed %s", seed).isLessThan(BYTES);
            assertThat(System.nanoTime() - start).as("time of seed %s", seed).isLessThan(NANOS);
            if (reason == null) {
                unpacked++;
            } else {
                reasons.merge(reason, 1, Integer::sum);
            }
        }
        System.out.printf(
                "fuzz: %d payloads, %d unpacked, at most %d MiB allocated for one, refused %s%n",
                INPUTS, unpacked, most >> 20, reasons);
        assertThat(unpacked).isLessThan(INPUTS * 2 / 3);
        assertThat(reasons).as("kinds of refusals").hasSizeGreaterThan(5);
    }

    /** Null where the payload is taken. */
    private RejectionReason unpack(byte[] payload, long seed) throws IOException {
        final Path archive = Files.write(folder.resolve("payload.tar.gz"), payload);
        final Path files = Files.createDirectories(folder.resolve("files"));
        try {
            final UnpackedPayload unpacked =
                    new Unpacker(PayloadLimits.DEFAULTS).unpack(archive, files, LocalDate.EPOCH);
            long rows = 0;
            for (final UnpackedObject object : unpacked.objects()) {
                rows += object.rows();
                Files.delete(object.file());
            }
            assertThat(rows).isEqualTo(unpacked.rows() - unpacked.rowsWithoutTime());
            return null;
        } catch (RejectedPayloadException e) {
            return e.reason();
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return fail("seed " + seed + ": neither unpacked nor refused", e);
        } finally {
            try (var left = Files.list(files)) {
                assertThat(left).as("files left by seed %s", seed).isEmpty();
            }
        }
    }

    /** Tampers with the files, the archive, or what is compressed. */
    private static byte[] payload(Random random) {
        final PayloadBuilder builder = PayloadBuilder.of("11111111-1111-4111-8111-111111111111")
                .daily("2025-11-01T00:00:00Z", "2025-11-03T07:00:00Z");
        final List<byte[]> files = new ArrayList<>();
        for (final ReportType type : ReportType.values()) {
            files.add(OperatorCsv.write(type, RandomReports.rows(random, type)));
        }
        files.add(OperatorCsv.VM.getBytes(UTF_8));
        files.add(OperatorCsv.GPU.getBytes(UTF_8));
        final int target = random.nextInt(4);
        for (int i = 0; i < files.size(); i++) {
            builder.file(
                    i + ".csv",
                    target == 0 && random.nextInt(3) == 0 ? tamperText(files.get(i), random) : files.get(i));
        }
        if (target == 1) {
            builder.manifest(tamperText(
                    ("{\"uuid\": \"11111111-1111-4111-8111-111111111111\", \"cluster_id\": \"c\", \"version\": \"1\","
                                    + " \"date\": \"2025-11-03T00:00:00Z\", \"files\": [\"0.csv\", \"1.csv\", \"2.csv\","
                                    + " \"3.csv\", \"4.csv\", \"5.csv\"], \"daily_reports\": true, \"start\":"
                                    + " \"2025-11-01T00:00:00Z\", \"end\": \"2025-11-03T00:00:00Z\"}")
                            .getBytes(UTF_8),
                    random));
        }
        if (random.nextBoolean()) {
            builder.manifestFirst();
        }
        return switch (target) {
            case 2 -> Archives.gzip(tamper(builder.tar(), random));
            case 3 -> tamper(builder.bytes(), random);
            default -> builder.bytes();
        };
    }

    private static byte[] tamperText(byte[] whole, Random random) {
        final List<String> pieces = List.of(
                "\"", ",", "\n", "\r", "\0", "=1", "..", "/", "\\", "{", "[", "]", "}", ":", "null", "1e999", "-", "é",
                "\ud800", "NaN", "|", "x");
        String text = new String(whole, UTF_8);
        for (int n = random.nextInt(3); n >= 0; n--) {
            final int at = random.nextInt(text.length() + 1);
            final int end = Math.min(text.length(), at + random.nextInt(20));
            final String piece = pieces.get(random.nextInt(pieces.size()))
                    .repeat(random.nextInt(20) == 0 ? 2_000_000 : 1 + random.nextInt(2));
            text = random.nextBoolean()
                    ? text.substring(0, at) + piece + text.substring(end)
                    : text.substring(0, at) + text.substring(end);
        }
        return tamperRarely(text.getBytes(UTF_8), random);
    }

    private static byte[] tamperRarely(byte[] bytes, Random random) {
        return random.nextInt(3) == 0 ? tamper(bytes, random) : bytes;
    }

    /** Changes, cuts, repeats and inserts bytes, most often in the headers of a tar archive or at its ends. */
    private static byte[] tamper(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int n = random.nextInt(4); n >= 0 && bytes.length > 1_024; n--) {
            final int at = random.nextInt(3) == 0
                    ? random.nextInt(bytes.length / 512) * 512 + random.nextInt(512)
                    : random.nextInt(3) == 0 ? random.nextInt(512) : random.nextInt(bytes.length);
            final int index = Math.min(at, bytes.length - 1);
            final int length = Math.min(random.nextInt(600), bytes.length - index);
            switch (random.nextInt(6)) {
                case 0 -> bytes[index] = (byte) random.nextInt();
                case 1 ->
                    Arrays.fill(
                            bytes, index, index + Math.min(length, 12), (byte) "07/\0 ZxL".charAt(random.nextInt(8)));
                case 2 -> bytes = Arrays.copyOf(bytes, index);
                case 3 -> bytes = joined(bytes, index, index + length);
                case 4 -> bytes = joined(bytes, index, Math.max(0, index - length));
                default -> {
                    final byte[] noise = new byte[Math.min(length, 16)];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, bytes, index, noise.length);
                }
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int head, int tail) {
        final byte[] joined = Arrays.copyOf(bytes, head + bytes.length - tail);
        System.arraycopy(bytes, tail, joined, head, bytes.length - tail);
        return joined;
    }
}
