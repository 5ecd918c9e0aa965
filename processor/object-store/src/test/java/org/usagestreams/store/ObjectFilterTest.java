package org.usagestreams.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which objects are processed. */
class ObjectFilterTest {
    @Test
    void shouldTakeEverythingWhereNothingIsSaid() {
        assertTrue(ObjectFilter.ALL.takes("any/thing"));
    }

    @ParameterizedTest
    @CsvSource({
        "data/org1/x, true",
        "data/org2/x, false",
        "other/data/org1/x, false",
        "data/org1/tmp/x, false",
        "data/org1/x.tmp, false",
        "data/org1/x.tmp.parquet, true",
        "data/org1/(a+b).parquet, true",
        "raw/a1b/x, true",
        "raw/a12b/x, false"
    })
    void shouldTakePrefixesAndPatterns(String key, boolean taken) {
        final ObjectFilter filter =
                new ObjectFilter(List.of("data/org1/", "raw/a?b/*"), List.of("data/org1/tmp/", "*.tmp"));
        assertEquals(taken, filter.takes(key));
    }

    @Test
    void shouldTakePatternsByTheLetter() {
        assertEquals(false, new ObjectFilter(List.of("a.b/*"), List.of()).takes("axb/c"));
        assertEquals(true, new ObjectFilter(List.of("a.(b/"), List.of()).takes("a.(b/c"));
        assertEquals(true, new ObjectFilter(List.of("*/x"), List.of()).takes("a\nb/x"));
    }
}
