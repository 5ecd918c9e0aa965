package org.usagestreams.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    @Test
    void shouldLeaveOnlyWhatFails() {
        final List<Integer> operations = IntStream.range(0, 40).boxed().toList();
        assertEquals(
                List.of(7, 31),
                Shrinker.shrink(operations, some -> some.contains(7) && some.contains(31) ? "both" : null, 300));
    }

    @Test
    void shouldStopAfterItsAttempts() {
        final List<Integer> operations = IntStream.range(0, 40).boxed().toList();
        final int[] attempts = new int[1];
        Shrinker.shrink(
                operations,
                some -> {
                    attempts[0]++;
                    return null;
                },
                10);
        assertEquals(10, attempts[0]);
    }
}
