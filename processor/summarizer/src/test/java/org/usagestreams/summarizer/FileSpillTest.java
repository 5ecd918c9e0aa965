package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.rules.DayOverBudgetException;
import org.usagestreams.rules.Spill;

/** What does not fit in memory comes back as it was, and nothing is left of it. */
class FileSpillTest {
    private static final long ROOM = 1 << 30;

    @TempDir
    private Path folder;

    /** Pieces of all sizes, some of which compress and some of which do not. */
    private static List<byte[]> pieces() {
        final Random random = new Random(1);
        final List<byte[]> pieces = new ArrayList<>();
        for (final int length : new int[] {0, 1, 7, 1_000, 262_144, 262_137, 900_000, 3}) {
            final byte[] piece = new byte[length];
            if (pieces.size() % 2 == 0) {
                random.nextBytes(piece);
            }
            pieces.add(piece);
        }
        return pieces;
    }

    @Test
    void shouldGiveBackWhatItWasGiven() {
        final List<byte[]> pieces = pieces();
        final List<Long> places = new ArrayList<>();
        try (Spill spill = FileSpill.in(folder)) {
            for (int round = 0; round < 3; round++) {
                for (final byte[] piece : pieces) {
                    places.add(spill.add(piece));
                }
                for (int i = places.size() - 1; i >= 0; i--) {
                    assertThat(spill.get(places.get(i))).isEqualTo(pieces.get(i % pieces.size()));
                }
            }
            assertThat(spill.size()).isGreaterThan(3_000_000);
        }
    }

    @Test
    void shouldLeaveNoFileEvenWhereItIsNeverClosed() throws Exception {
        final Spill spill = FileSpill.in(folder.resolve("state"));
        spill.add(new byte[1 << 20]);
        try (var files = Files.list(folder.resolve("state"))) {
            assertThat(files).isEmpty();
        }
        spill.close();
        spill.close();
    }

    @Test
    void shouldSayWhereThereIsNoRoom() throws Exception {
        final Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> FileSpill.in(file))
                .isInstanceOf(DayOverBudgetException.class)
                .hasMessageContaining("Cannot make a temporary file in " + file);
    }

    @Test
    void shouldPassOnRowsByTheirGroupInTheOrderInWhichTheyCame() {
        final Random random = new Random(1);
        final List<String> added = new ArrayList<>();
        final List<String> passedOn = new ArrayList<>();
        try (Spill spill = FileSpill.in(folder)) {
            final SpilledRows rows = new SpilledRows(spill, ROOM);
            for (int i = 0; i < 3_000; i++) {
                final UUID uuid = new UUID(random.nextLong(), random.nextLong());
                final byte[] value = new byte[i % 500 == 0 ? 100_000 : random.nextInt(900)];
                random.nextBytes(value);
                final String violation = i % 7 == 0 ? "ü" + i : null;
                rows.add(uuid, value, violation);
                added.add(uuid + " " + List.of(Arrays.hashCode(value)) + violation);
            }
            rows.finish();
            for (int group = 0; group < SpilledRows.GROUPS; group++) {
                final int of = group;
                rows.forEach(group, (uuid, value, violation) -> {
                    assertThat(uuid.getMostSignificantBits() >>> 58).isEqualTo(of);
                    passedOn.add(uuid + " " + List.of(Arrays.hashCode(value)) + violation);
                });
            }
        }
        assertThat(passedOn).containsExactlyInAnyOrderElementsOf(added);
    }

    @Test
    void shouldRefuseMoreRowsThanThereIsRoomFor() {
        try (Spill spill = FileSpill.in(folder)) {
            final SpilledRows rows = new SpilledRows(spill, 100_000);
            final byte[] value = new byte[10_000];
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            new Random(i).nextBytes(value);
                            rows.add(new UUID(0, i), value, null);
                        }
                    })
                    .isInstanceOf(DayOverBudgetException.class)
                    .hasMessageContaining("100000 bytes on disk (setting summary.day.spill.bytes)");
        }
    }
}
