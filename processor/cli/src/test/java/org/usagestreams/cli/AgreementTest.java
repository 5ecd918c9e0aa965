package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgreementTest {
    private final List<String> questions = new ArrayList<>();

    private boolean answer(String text) {
        return new Agreement(false, Optional.of(question -> {
                    questions.add(question);
                    return text;
                }))
                .isGiven(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", "Y", "yes", " Yes "})
    void shouldTakeAYes(String text) {
        assertThat(answer(text)).isTrue();
        assertThat(questions).containsExactly("Remove this from 3 records? [y/N] ");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "n", "no", "yn", "true"})
    void shouldTakeAllElseForANo(String text) {
        assertThat(answer(text)).isFalse();
    }

    @Test
    void shouldNotAskWhereItWasGivenBeforehand() {
        assertThat(new Agreement(true, Optional.of(question -> "n")).isGiven(1)).isTrue();
        assertThat(new Agreement(true, Optional.empty()).isGiven(1)).isTrue();
    }

    @Test
    void shouldFailWhereNobodyCanBeAsked() {
        assertThatThrownBy(() -> new Agreement(false, Optional.empty()).isGiven(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot remove from 2 records: there is no terminal to ask for confirmation. Nothing was"
                        + " changed. Confirm with --yes.");
    }
}
