package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.PayloadBuilder;

/** What tests of hostile payloads share: each is refused with its reason, and leaves no file. */
abstract class HostilePayload {
    static final String UUID = "11111111-1111-4111-8111-111111111111";
    static final String HEAD = "interval_start,node,node_labels\n";
    static final String ROW = "2025-11-03 00:00:00 +0000 UTC,node-1,label_a:b\n";

    static final PayloadLimits SMALL =
            new PayloadLimits(50, 4 << 20, 200, 1 << 20, 4 << 10, 10, 1 << 10, 5, 64 << 20, 1 << 19, 1_000);

    @TempDir
    Path folder;

    final RejectedPayloadException refuse(byte[] payload) throws IOException {
        final Path archive = Files.write(folder.resolve("payload.tar.gz"), payload);
        final Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
        final RejectedPayloadException rejection = catchThrowableOfType(
                RejectedPayloadException.class, () -> new Unpacker(SMALL).unpack(archive, unpacked, LocalDate.EPOCH));
        assertThat(rejection).isNotNull();
        assertThat(rejection.getMessage()).isNotBlank().doesNotContain("\n").hasSizeLessThan(400);
        try (var files = Files.list(unpacked)) {
            assertThat(files).isEmpty();
        }
        return rejection;
    }

    final void refuse(byte[] payload, RejectionReason reason, String message) throws IOException {
        final RejectedPayloadException rejection = refuse(payload);
        assertThat(rejection.reason()).as(rejection.toString()).isEqualTo(reason);
        assertThat(rejection).hasMessageContaining(message);
    }

    /** A file after one that is read, so that there is something to delete. */
    final void refuseCsv(byte[] csv, RejectionReason reason, String message) throws IOException {
        refuse(
                PayloadBuilder.of(UUID)
                        .file("good.csv", (HEAD + ROW).getBytes(UTF_8))
                        .file("a.csv", csv)
                        .bytes(),
                reason,
                message);
    }

    final void refuseCsv(String csv, RejectionReason reason, String message) throws IOException {
        refuseCsv(csv.getBytes(UTF_8), reason, message);
    }
}
