package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.MalformedNotificationException;
import org.usagestreams.wire.notification.NotificationParser;
import org.usagestreams.wire.notification.ReportKey;

/**
 * Files and notifications that were tampered with are read or refused: nothing else is thrown, memory and time stay bounded, and
 * nothing but the source of the object's key is written. How many: {@code -Dusage.fuzz=10000}.
 */
class FuzzTest {
    private static final int INPUTS = Integer.getInteger("usage.fuzz", 400);
    private static final long FIRST_SEED = Long.getLong("usage.fuzz.seed", 1);
    private static final List<ReportType> TYPES = List.of(ReportType.values());
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000dd";

    /** What a file of some kilobytes may make the splitter allocate, all that is freed again included. */
    private static final long BYTES = 512L << 20;

    private static final long NANOS = 20_000_000_000L;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldReadOrRefuseTamperedFiles() {
        int refused = 0;
        long most = 0;
        for (int i = 0; i < INPUTS; i++) {
            final long seed = FIRST_SEED + i;
            final Random random = new Random(seed);
            final ReportType type = TYPES.get(random.nextInt(TYPES.size()));
            final byte[] bytes = tamper(RandomReports.draw(random, type), random);
            final long allocated = threads.getCurrentThreadAllocatedBytes();
            final long start = System.nanoTime();
            refused += refuses(bytes, type, seed) ? 1 : 0;
            final long used = threads.getCurrentThreadAllocatedBytes() - allocated;
            most = Math.max(most, used);
            assertTrue(used < BYTES, "seed " + seed + " made it allocate " + used + " bytes");
            assertTrue(System.nanoTime() - start < NANOS, "seed " + seed + " took too long");
        }
        System.out.printf(
                "fuzz: %d files, %d refused, at most %d MiB allocated for one%n", INPUTS, refused, most >> 20);
        assertTrue(
                refused > INPUTS / 3, refused + " of " + INPUTS + " were refused: the files are hardly tampered with");
    }

    private static boolean refuses(byte[] bytes, ReportType type, long seed) {
        final ObjectVersion version = ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + SOURCE + "/" + type.longSegment() + "/x.parquet")
                .setEtag("e")
                .build();
        try {
            new ObjectSplitter(SplitLimits.DEFAULTS)
                    .split(
                            new BytesInputFile(bytes),
                            version,
                            new ReportKey("org", SOURCE, type, false),
                            Admission.ALL,
                            (ChunkKey key, byte[] value) ->
                                    assertEquals(SOURCE, key.day().source()));
            return false;
        } catch (RejectedObjectException e) {
            return true;
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            return fail("seed " + seed + ": neither read nor refused", e);
        }
    }

    /** Changes bytes as an attacker would: anywhere, in the footer, in lengths and counts; cuts, repeats and inserts. */
    private static byte[] tamper(byte[] whole, Random random) {
        byte[] bytes = whole;
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes = tamperOnce(bytes, random);
        }
        return bytes;
    }

    private static byte[] tamperOnce(byte[] whole, Random random) {
        final byte[] bytes = whole.clone();
        if (bytes.length < 16) {
            return bytes;
        }
        final int footer = footer(bytes);
        final int any = random.nextInt(bytes.length);
        final int inFooter = footer + random.nextInt(Math.max(1, bytes.length - 8 - footer));
        switch (random.nextInt(8)) {
            case 0 -> bytes[any] = (byte) random.nextInt();
            case 1 -> bytes[inFooter] = (byte) random.nextInt();
            // A count or length that is a number of many bytes.
            case 2, 3 -> {
                final int length = Math.min(1 + random.nextInt(9), bytes.length - 9 - inFooter);
                if (length > 0) {
                    Arrays.fill(bytes, inFooter, inFooter + length, (byte) 0xff);
                    bytes[inFooter + length] = 0x0f;
                }
            }
            case 4 -> {
                // The first pages' headers.
                final int header = 4 + random.nextInt(Math.min(200, bytes.length - 12));
                bytes[header] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            case 5 -> {
                final int length = random.nextInt(64);
                final byte[] longer = new byte[bytes.length + length];
                System.arraycopy(bytes, 0, longer, 0, any);
                System.arraycopy(bytes, any, longer, any + length, bytes.length - any);
                return longer;
            }
            case 6 -> {
                final int length = Math.min(random.nextInt(64), bytes.length - any);
                final byte[] shorter = new byte[bytes.length - length];
                System.arraycopy(bytes, 0, shorter, 0, any);
                System.arraycopy(bytes, any + length, shorter, any, bytes.length - any - length);
                return shorter;
            }
            // The footer's length.
            default -> bytes[bytes.length - 8 + random.nextInt(4)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static int footer(byte[] bytes) {
        final int at = bytes.length - 8;
        final int length = (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff) << 16;
        return Math.max(0, Math.min(at - 1, at - length));
    }

    @Test
    void shouldReadOrRefuseTamperedNotifications() {
        final String record = "{\"EventName\":\"s3:ObjectCreated:Put\",\"Key\":\"usage-reports/a\",\"Records\":[{"
                + "\"eventVersion\":\"2.0\",\"eventSource\":\"minio:s3\",\"awsRegion\":\"\","
                + "\"eventTime\":\"2025-11-03T07:00:00.123Z\",\"eventName\":\"s3:ObjectCreated:Put\","
                + "\"s3\":{\"s3SchemaVersion\":\"1.0\",\"bucket\":{\"name\":\"usage-reports\"},\"object\":{\"key\":"
                + "\"data%2Forg%2FOCP%2Fsource%3D" + SOURCE + "%2Fopenshift_pod_usage_line_items%2Fa.parquet\","
                + "\"size\":1234,\"eTag\":\"abc\",\"versionId\":\"null\",\"sequencer\":\"17A\"}}}]}";
        final List<String> pieces = List.of(
                "[",
                "{\"a\":",
                "\"",
                "\\u0000",
                "%00",
                "%",
                "..%2F",
                "null",
                "1e999999999",
                "-",
                "\ud800",
                "]",
                "}",
                ",");
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            final long seed = FIRST_SEED + i;
            final Random random = new Random(seed);
            String text = record;
            for (int n = random.nextInt(5); n >= 0; n--) {
                final int at = random.nextInt(text.length());
                final int end = Math.min(text.length(), at + random.nextInt(12));
                final String piece = pieces.get(random.nextInt(pieces.size()))
                        .repeat(random.nextInt(20) == 0 ? 5_000 : 1 + random.nextInt(2));
                text = random.nextBoolean()
                        ? text.substring(0, at) + piece + text.substring(end)
                        : text.substring(0, at) + text.substring(end);
            }
            final byte[] bytes = text.getBytes(UTF_8);
            if (random.nextInt(3) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            final long allocated = threads.getCurrentThreadAllocatedBytes();
            refused += refuses(bytes, seed) ? 1 : 0;
            assertTrue(threads.getCurrentThreadAllocatedBytes() - allocated < BYTES / 8, "seed " + seed);
        }
        System.out.printf("fuzz: %d notifications, %d refused%n", INPUTS, refused);
        assertTrue(refused > INPUTS / 3, refused + " of " + INPUTS + " were refused");
    }

    private static boolean refuses(byte[] bytes, long seed) {
        try {
            for (final BucketEvent event : NotificationParser.parse(bytes)) {
                ReportKey.of(event.key())
                        .ifPresent(report -> assertTrue(
                                event.key().contains("source=" + report.source())
                                        || event.key().toLowerCase(Locale.ROOT).contains("source=" + report.source()),
                                "seed " + seed + " reaches another source"));
            }
            return false;
        } catch (MalformedNotificationException e) {
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("seed " + seed + ": neither read nor refused", e);
        }
    }
}
