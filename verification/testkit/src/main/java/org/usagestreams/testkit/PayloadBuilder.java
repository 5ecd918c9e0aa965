package org.usagestreams.testkit;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.usagestreams.wire.chunk.ReportType;

/**
 * A payload as the operator and nise pack it: a folder for the archive's root, CSV files, and the manifest, which comes last by default.
 * The same calls give the same bytes. Not thread-safe.
 */
public final class PayloadBuilder {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Object> manifest = new LinkedHashMap<>();
    private final List<String> files = new ArrayList<>();
    private final List<String> optimization = new ArrayList<>();
    private final Map<String, byte[]> members = new LinkedHashMap<>();
    private boolean manifestFirst;
    private byte[] manifestBytes;

    private PayloadBuilder(String uuid) {
        manifest.put("cluster_id", "test-cluster");
        manifest.put("uuid", uuid);
        manifest.put("date", "2025-11-03T12:00:00.000000+00:00");
        manifest.put("files", files);
        manifest.put("version", "5.4.4");
        manifest.put("certified", false);
        manifest.put("cr_status", Map.of("clusterID", "test-cluster", "packaging", Map.of("max_size_MB", 100)));
    }

    /** An additive payload without files. */
    public static PayloadBuilder of(String uuid) {
        return new PayloadBuilder(uuid);
    }

    /** When the operator packed it, ISO 8601. */
    public PayloadBuilder date(String date) {
        return set("date", date);
    }

    /** Cumulative daily reports that cover this time, ISO 8601. */
    public PayloadBuilder daily(String start, String end) {
        return covers(start, end).set("daily_reports", true);
    }

    /** First and last time covered, ISO 8601. */
    public PayloadBuilder covers(String start, String end) {
        return set("start", start).set("end", end);
    }

    /** Sets a field of the manifest; null removes it. */
    public PayloadBuilder set(String field, Object value) {
        if (value == null) {
            manifest.remove(field);
        } else {
            manifest.put(field, value);
        }
        return this;
    }

    /** Adds a report's file with these rows, whose name is as nise writes it. */
    public PayloadBuilder report(ReportType type, List<Object[]> rows) {
        return file(manifest.get("uuid") + "_openshift_report." + files.size() + ".csv", OperatorCsv.write(type, rows));
    }

    /** Adds a file that the manifest lists. */
    public PayloadBuilder file(String name, byte[] bytes) {
        return listed(name).member(name, bytes);
    }

    /** Lists a file that is not in this payload: others of the same manifest have it. */
    public PayloadBuilder listed(String name) {
        files.add(name);
        return this;
    }

    /** Adds a file for resource optimisation. */
    public PayloadBuilder optimization(String name, byte[] bytes) {
        optimization.add(name);
        manifest.put("resource_optimization_files", optimization);
        return member(name, bytes);
    }

    /** Adds a file that the manifest does not list. */
    public PayloadBuilder member(String name, byte[] bytes) {
        members.put(name, bytes);
        return this;
    }

    /** Puts the manifest before the files. */
    public PayloadBuilder manifestFirst() {
        manifestFirst = true;
        return this;
    }

    /** Writes these bytes in place of the manifest; none if they are empty. */
    public PayloadBuilder manifest(byte[] bytes) {
        manifestBytes = bytes.clone();
        return this;
    }

    /** The archive, compressed. */
    public byte[] bytes() {
        return Archives.gzip(tar());
    }

    /** The archive before it is compressed. */
    public byte[] tar() {
        return Archives.tar(tar -> {
            Archives.folder(tar, "/");
            if (manifestFirst) {
                addManifest(tar);
            }
            for (final Map.Entry<String, byte[]> member : members.entrySet()) {
                Archives.file(tar, member.getKey(), member.getValue());
            }
            if (!manifestFirst) {
                addManifest(tar);
            }
        });
    }

    private void addManifest(TarArchiveOutputStream tar) throws IOException {
        final byte[] json = manifestBytes != null ? manifestBytes : JSON.writeValueAsBytes(manifest);
        if (json.length > 0) {
            Archives.file(tar, "manifest.json", json);
        }
    }

    /** Archives of any kind. */
    public static final class Archives {
        private Archives() {}

        /** Writes members. */
        @FunctionalInterface
        public interface Members {
            void write(TarArchiveOutputStream tar) throws IOException;
        }

        /** A tar archive. */
        public static byte[] tar(Members members) {
            final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                members.write(tar);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }

        /** Adds a folder. */
        public static void folder(TarArchiveOutputStream tar, String name) throws IOException {
            final TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setModTime(0L);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }

        /** Adds a file, whatever its name. */
        public static void file(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
            final TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setModTime(0L);
            entry.setSize(bytes.length);
            tar.putArchiveEntry(entry);
            tar.write(bytes);
            tar.closeArchiveEntry();
        }

        /** Compresses. */
        public static byte[] gzip(byte[] bytes) {
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return out.toByteArray();
        }
    }
}
