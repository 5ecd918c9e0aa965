package org.usagestreams.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/** A bucket that payloads are unpacked into, or Parquet is put into, and the summary of what is in it. */
final class PayloadBucket {
    static final UUID SOURCE = UUID.fromString("00000000-0000-4000-8000-0000000000dd");
    static final String ORGANISATION = "org1";

    private static final long START = 1_764_000_000_000L;

    private final PayloadLimits limits;
    private final Bucket bucket = new Bucket(SplitLimits.DEFAULTS);
    private final Map<String, byte[]> objects = new LinkedHashMap<>();
    private int uploads;

    PayloadBucket() {
        this(PayloadLimits.DEFAULTS);
    }

    PayloadBucket(PayloadLimits limits) {
        this.limits = limits;
    }

    /** Unpacks a payload and puts its objects. */
    UnpackedPayload unpack(byte[] payload) {
        try {
            final Path archive = Files.createTempFile("payload", ".tar.gz");
            final Path folder = Files.createTempDirectory("unpacked");
            try {
                Files.write(archive, payload);
                final UnpackedPayload unpacked = new Unpacker(limits).unpack(archive, folder, LocalDate.EPOCH);
                for (final UnpackedObject object : unpacked.objects()) {
                    put(object, Files.readAllBytes(object.file()));
                    Files.delete(object.file());
                }
                return unpacked;
            } finally {
                Files.delete(archive);
                // Fails where files are left behind.
                Files.delete(folder);
            }
        } catch (RejectedPayloadException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(UnpackedObject object, byte[] bytes) {
        final String key = object.key(ORGANISATION, SOURCE);
        objects.put(key, bytes);
        if (List.of(PayloadReport.VM_USAGE, PayloadReport.GPU_USAGE).contains(object.report())) {
            return;
        }
        bucket.put(
                version(key)
                        .setManifestId(object.metadata().get("ManifestId"))
                        .setReportHours(Long.parseLong(object.metadata().get("ReportNumHours")))
                        .build(),
                bytes);
    }

    /** Puts a report with these rows as Parquet, without a manifest. */
    PayloadBucket parquet(ReportType type, List<Object[]> rows) {
        final String key = "data/" + ORGANISATION + "/OCP/source=" + SOURCE + "/" + type.longSegment() + "/" + uploads
                + ".parquet";
        bucket.put(
                version(key).build(),
                RandomReports.write(type, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, rows));
        return this;
    }

    private ObjectVersion.Builder version(String key) {
        uploads++;
        return ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey(key)
                .setEtag("etag-" + uploads)
                .setEventTimeMillis(START + 1000L * uploads)
                .setUploadedMillis(START + 1000L * uploads);
    }

    /** The objects of payloads, by key. */
    Map<String, byte[]> objects() {
        return objects;
    }

    /** The rows of the summary as JSON, by key. */
    Map<String, String> summary() {
        final ReferenceData reference = new ReferenceData(
                ReferenceData.Cluster.unknown(SOURCE.toString()), Set.of("app", "tier", "team"), List.of(), Map.of());
        final Map<String, String> rows = new LinkedHashMap<>();
        bucket.summarise(day -> reference)
                .forEach((key, value) -> rows.put(key, new String(value, java.nio.charset.StandardCharsets.UTF_8)));
        return rows;
    }

    /** The rows of several lists. */
    @SafeVarargs
    static List<Object[]> together(List<Object[]>... lists) {
        final List<Object[]> all = new ArrayList<>();
        for (final List<Object[]> list : lists) {
            all.addAll(list);
        }
        return all;
    }
}
