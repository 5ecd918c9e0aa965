package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DistinctTest {
    /** Two texts of two characters with one hash, so that each sequence of them has the hash of all others of its length. */
    private static final String[] EQUAL_HASHES = {"Aa", "BB"};

    private static int numberOf(Distinct<String> distinct, String value) {
        final int known = distinct.find(value);
        return known < 0 ? distinct.add(value) : known;
    }

    @Test
    void shouldNumberValuesInTheOrderOfFirstSight() {
        final Distinct<String> distinct = new Distinct<>();
        final Map<String, Integer> expected = new HashMap<>();
        final Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            final String value = "pod-" + random.nextInt(5_000);
            final Integer known = expected.putIfAbsent(value, expected.size());
            assertThat(distinct.find(value)).isEqualTo(known == null ? -1 : known);
            assertThat(numberOf(distinct, value)).isEqualTo(expected.get(value));
        }
        assertThat(distinct.size()).isEqualTo(expected.size());
        expected.forEach((value, number) -> assertThat(distinct.get(number)).isEqualTo(value));
    }

    @Test
    void shouldTellValuesApartWhoseHashesCollide() {
        final Distinct<String> distinct = new Distinct<>();
        final int values = 1 << 12;
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < values; i++) {
                final StringBuilder value = new StringBuilder();
                for (int bit = 0; bit < 12; bit++) {
                    value.append(EQUAL_HASHES[(i >> bit) & 1]);
                }
                assertThat(value.toString().hashCode()).isEqualTo("AaAaAaAaAaAaAaAaAaAaAaAa".hashCode());
                assertThat(numberOf(distinct, value.toString())).isEqualTo(i);
            }
        }
        assertThat(distinct.size()).isEqualTo(values);
        assertThat(distinct.find("none")).isNegative();
    }
}
