package org.usagestreams.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTextTest {
    private static double parse(String text) {
        final String longer = "9" + text + "9";
        return AmountText.parse(longer.getBytes(StandardCharsets.ISO_8859_1), 1, text.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0.0",
                "3600",
                "007",
                "12.50",
                "0.001",
                "0.0010",
                "100.000",
                "3865470566400.000000",
                "1.",
                ".5",
                "9007199254740993",
                "9007199254740992",
                "29278867218759.68",
                "1520.0065100000002",
                "1e22",
                "1.5e+12",
                "-2.5E-3",
                "123456789012345678901234567890",
                "0.000000000000000000000000000001",
                "1e999",
                "4.9e-324",
                "0.30000000000000004",
                "1000000000000000000000.000"
            })
    void shouldReadWhatJavaReads(String text) {
        assertThat(parse(text)).isEqualTo(Double.parseDouble(text));
    }

    @Test
    void shouldReadAnyNumberAsJavaDoes() {
        final Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            final double value =
                    switch (random.nextInt(4)) {
                        case 0 -> Double.longBitsToDouble(random.nextLong());
                        case 1 -> random.nextInt(1_000_000) / 1000.0;
                        case 2 -> random.nextLong() / 1e6;
                        default -> random.nextDouble() * Math.pow(10, random.nextInt(20));
                    };
            if (Double.isFinite(value)) {
                for (final String text : new String[] {
                    Double.toString(value),
                    String.format(Locale.ROOT, "%.6f", value),
                    new BigDecimal(value).toPlainString()
                }) {
                    assertThat(parse(text)).as(text).isEqualTo(Double.parseDouble(text));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NaN", "nan", "null", " ", "None"})
    void shouldReadWhatSaysThatThereIsNone(String text) {
        assertThat(parse(text)).isNaN();
    }

    @Test
    void shouldReadInfiniteAmounts() {
        assertThat(parse("+Inf")).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(parse("-Inf")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(parse(" 7 ")).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "+", ".", "e", "1e", "1-2", "1.2.3", "0x1p3", "1f", "one", "1 2", "--1", "=1"})
    void shouldRefuseWhatIsNoNumber(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(NumberFormatException.class);
    }
}
