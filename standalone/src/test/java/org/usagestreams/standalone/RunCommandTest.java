package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RunCommandTest {
    @ParameterizedTest
    @CsvSource({"--once, true", "--validate, true", "--no-validate, false"})
    void shouldValidateUnlessToldNotTo(String option, boolean validates) {
        final RunCommand command = new RunCommand();
        new CommandLine(command).parseArgs(option);
        assertThat(command.isValidating()).isEqualTo(validates);
    }
}
