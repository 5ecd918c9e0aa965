package org.usagestreams.splitter.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.usagestreams.splitter.Admission;
import org.usagestreams.splitter.ObjectSplitter;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.SplitResult;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.notification.ReportKey;

/** Splits files without Kafka and without a store. */
public final class Splitting {
    private Splitting() {}

    /** The records of one version, in the order in which the splitter sends them. */
    public static Map<ChunkKey, byte[]> split(SplitLimits limits, ObjectVersion version, byte[] bytes) {
        final Map<ChunkKey, byte[]> split = new LinkedHashMap<>();
        splitInto(limits, version, bytes, split);
        return split;
    }

    /** The same, with what is reported of the object. */
    public static SplitResult splitInto(
            SplitLimits limits, ObjectVersion version, byte[] bytes, Map<ChunkKey, byte[]> split) {
        try {
            return new ObjectSplitter(limits)
                    .split(
                            new BytesInputFile(bytes),
                            version,
                            ReportKey.of(version.getKey()).orElseThrow(),
                            Admission.ALL,
                            split::put);
        } catch (Exception e) {
            throw new AssertionError(version.getKey(), e);
        }
    }

    /** Parses the end of a slice. */
    public static SliceEnd end(byte[] value) {
        try {
            return SliceEnd.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
