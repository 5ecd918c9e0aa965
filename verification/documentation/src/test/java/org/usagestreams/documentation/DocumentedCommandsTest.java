package org.usagestreams.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each command that a page shows exists, with its options. */
class DocumentedCommandsTest {
    private static final Map<String, Script> SCRIPTS = Script.all();

    @Test
    void shouldTakeEveryCommandThatPagesShowToBeCopied() {
        final List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (final Page page : Page.all()) {
            for (final Page.Fence fence : page.fences()) {
                for (final CommandLines.Call call : CommandLines.of(fence.line(), fence.lines())) {
                    final boolean complete = fence.language().equals("sh");
                    checked += complete ? 1 : 0;
                    problem(call, complete).ifPresent(problem -> wrong.add(page.place(call.line()) + ": " + problem));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(checked).as("commands in blocks of sh").isGreaterThan(30);
    }

    @Test
    void shouldKnowEveryCommandThatPagesMention() {
        final List<String> wrong = new ArrayList<>();
        for (final Page page : Page.all()) {
            for (final Page.Code code : page.code()) {
                for (final CommandLines.Call call : CommandLines.in(code.line(), code.text())) {
                    problem(call, false).ifPresent(problem -> wrong.add(page.place(call.line()) + ": " + problem));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void shouldFindWhatDoesNotExist() {
        assertThat(problems("scripts/nothing")).isNotEmpty();
        assertThat(problems("scripts/upload -c FILE --wiat /tmp/reports")).isNotEmpty();
        assertThat(problems("scripts/topics shwo -c FILE")).isNotEmpty();
        assertThat(problems("usage-streams topics shwo -c FILE")).isNotEmpty();
        assertThat(problems("scripts/usage-streams nothing")).isNotEmpty();
        assertThat(problems("scripts/upload -c FILE")).isNotEmpty();
        assertThat(problems("scripts/test --quick")).isNotEmpty();
        assertThat(problems("scripts/upload -c FILE --wait /tmp/reports # comes back when all is in"))
                .isEmpty();
        assertThat(problems("scripts/topics grow 24 -c FILE")).isEmpty();
        assertThat(problems("usage-streams topics grow 24 -c FILE")).isEmpty();
        assertThat(problems("scripts/compose up -d --scale processor=2")).isEmpty();
    }

    private static List<String> problems(String line) {
        return CommandLines.of(1, List.of(line)).stream()
                .flatMap(call -> problem(call, true).stream())
                .toList();
    }

    /** @param complete whether it could be typed like that; otherwise parts may be left out, or be alternatives */
    private static Optional<String> problem(CommandLines.Call call, boolean complete) {
        final Script script = SCRIPTS.get(call.script());
        if (script == null) {
            return Optional.of("there is no scripts/" + call.script());
        }
        return complete ? script.problem(call.arguments()) : script.unknownOption(call.arguments());
    }
}
