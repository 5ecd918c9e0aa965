package org.usagestreams.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.intake.PayloadLimits;
import org.usagestreams.intake.UnpackedObject;
import org.usagestreams.intake.UnpackedPayload;
import org.usagestreams.intake.Unpacker;

/** The payloads that the crash test sends. */
class PayloadHistoryTest {
    @TempDir
    private Path directory;

    private UnpackedPayload unpack(int version, List<Integer> dates) throws Exception {
        final Path archive =
                Files.write(directory.resolve("payload.tar.gz"), PayloadHistory.payload("c-1", version, dates));
        final Path folder = Files.createDirectories(directory.resolve("objects-" + version));
        return new Unpacker(PayloadLimits.DEFAULTS).unpack(archive, folder, Contents.FIRST);
    }

    @Test
    void shouldSendWholeDaysOfWhichTheLaterReplaceTheEarlier() throws Exception {
        final UnpackedPayload first = unpack(1, List.of(0, 1));
        final UnpackedPayload second = unpack(2, List.of(0));
        assertThat(first.manifest().clusterId()).isEqualTo("c-1");
        assertThat(first.objects())
                .extracting(UnpackedObject::date)
                .containsExactly(Contents.FIRST, Contents.FIRST.plusDays(1));
        assertThat(first.objects()).extracting(UnpackedObject::rows).containsOnly(100L);
        assertThat(first.objects()).extracting(UnpackedObject::hours).containsOnly(24L);
        assertThat(second.objects()).extracting(UnpackedObject::hours).containsExactly(24L);
        assertThat(second.manifest().id())
                .as("the later sent has to have the greater id")
                .hasSameSizeAs(first.manifest().id())
                .isGreaterThan(first.manifest().id());
    }
}
