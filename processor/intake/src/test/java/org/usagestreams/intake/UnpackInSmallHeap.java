package org.usagestreams.intake;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;

/** A process that unpacks a payload, with the default limits. */
final class UnpackInSmallHeap {
    private UnpackInSmallHeap() {}

    /** Takes an archive and a folder, and prints how many rows and objects they became. */
    public static void main(String[] args) throws IOException {
        final UnpackedPayload payload =
                new Unpacker(PayloadLimits.DEFAULTS).unpack(Path.of(args[0]), Path.of(args[1]), LocalDate.EPOCH);
        System.out.println(payload.rows() + " rows, " + payload.objects().size() + " objects");
    }
}
