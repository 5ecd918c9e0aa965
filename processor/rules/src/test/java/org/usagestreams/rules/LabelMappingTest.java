package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which value a parent's key has after {@link Labels#mapped}. */
class LabelMappingTest {
    @Test
    void shouldTakeTheLongestChildWhateverItsOrder() {
        final Map<String, String> parents = Map.of("bb", "p", "c", "p", "ba", "p");
        assertThat(Labels.of(Map.of("bb", "longest", "c", "last")).mapped(parents))
                .isEqualTo(Labels.of(Map.of("p", "longest")));
        assertThat(Labels.of(Map.of("ba", "first", "bb", "greatest", "c", "last"))
                        .mapped(parents))
                .isEqualTo(Labels.of(Map.of("p", "greatest")));
    }

    @Test
    void shouldRenameAllAtOnceWhereAParentIsAChild() {
        assertThat(Labels.of(Map.of("a", "1", "b", "2")).mapped(Map.of("a", "b", "b", "c")))
                .isEqualTo(Labels.of(Map.of("b", "1", "c", "2")));
    }

    @Test
    void shouldTellLabelsApartByKeysAndValues() {
        assertThat(Labels.of(Map.of("a", "1")))
                .isNotEqualTo(Labels.of(Map.of("a", "2")))
                .isNotEqualTo(Labels.of(Map.of("b", "1")))
                .isNotEqualTo("a");
    }
}
