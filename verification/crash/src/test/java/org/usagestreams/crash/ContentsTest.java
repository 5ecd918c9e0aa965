package org.usagestreams.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** Versions of the objects of a crash test, as told from the sum in the table. */
class ContentsTest {
    @Test
    void shouldTellVersionsOfBothObjectsFromTheCapacity() {
        final BigDecimal capacity = BigDecimal.valueOf(3 * Contents.LARGE.capacity() + 2 * Contents.SMALL.capacity());
        assertThat(Contents.LARGE.version(capacity)).isEqualTo(3);
        assertThat(Contents.SMALL.version(capacity)).isEqualTo(2);
    }
}
