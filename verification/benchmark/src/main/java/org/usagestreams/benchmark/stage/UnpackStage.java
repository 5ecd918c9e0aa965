package org.usagestreams.benchmark.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.UUID;
import java.util.zip.Deflater;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.usagestreams.intake.PayloadLimits;
import org.usagestreams.intake.UnpackedObject;
import org.usagestreams.intake.UnpackedPayload;
import org.usagestreams.intake.Unpacker;

/** Unpacking a payload of one pod report: from CSV to Parquet on disk. */
@State(Scope.Benchmark)
public class UnpackStage {
    private static final int HOURS = 24;

    private Path folder;
    private Path files;
    private Path stored;
    private Path compressed;

    public UnpackStage() {}

    @Setup
    public void write() throws IOException {
        folder = Files.createTempDirectory("unpack");
        files = Files.createDirectory(folder.resolve("files"));
        stored = folder.resolve("stored.tar.gz");
        compressed = folder.resolve("compressed.tar.gz");
        final PayloadData data = new PayloadData(new UUID(1, 1), "c", StageData.ROWS / HOURS, HOURS);
        data.write(stored, Deflater.NO_COMPRESSION);
        data.write(compressed, Deflater.DEFAULT_COMPRESSION);
    }

    /** Of an archive that is not compressed: CSV to Parquet alone. */
    @Benchmark
    @OperationsPerInvocation(StageData.ROWS)
    public long csvToParquet() throws IOException {
        return unpack(stored);
    }

    /** Of an archive as operators send it. */
    @Benchmark
    @OperationsPerInvocation(StageData.ROWS)
    public long unpack() throws IOException {
        return unpack(compressed);
    }

    private long unpack(Path archive) throws IOException {
        final UnpackedPayload payload = new Unpacker(PayloadLimits.DEFAULTS).unpack(archive, files, LocalDate.EPOCH);
        for (final UnpackedObject object : payload.objects()) {
            Files.delete(object.file());
        }
        if (payload.rows() != StageData.ROWS) {
            throw new IllegalStateException(payload.rows() + " rows were unpacked");
        }
        return payload.rows();
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(stored);
        Files.delete(compressed);
        Files.delete(files);
        Files.delete(folder);
    }
}
