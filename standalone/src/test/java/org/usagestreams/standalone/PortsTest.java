package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ports are given out long before somebody listens on them. */
class PortsTest {
    /** More than two blocks. */
    private static final int MANY = 250;

    @Test
    void shouldNotGiveAPortTwice() {
        final Set<Integer> given = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            assertThat(given.add(Ports.free())).isTrue();
        }
        assertThat(given).allSatisfy(port -> assertThat(port).isBetween(20_000, 31_999));
    }
}
