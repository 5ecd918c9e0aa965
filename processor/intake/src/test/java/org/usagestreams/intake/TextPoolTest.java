package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;

class TextPoolTest {
    private final TextPool names = new TextPool(false, true);
    private final TextPool labels = new TextPool(true, false);

    /** As a CSV file's bytes come: a char for each. */
    private static Binary get(TextPool pool, String text) {
        final char[] chars = ("," + new String(text.getBytes(UTF_8), ISO_8859_1) + ",").toCharArray();
        return pool.get(chars, 1, chars.length - 2);
    }

    @Test
    void shouldMakeEachTextOnce() {
        for (int i = 0; i < 30_000; i++) {
            final Binary first = get(names, "node-" + i);
            assertThat(first.toStringUsingUTF8()).isEqualTo("node-" + i);
            assertThat(get(names, "node-" + i)).as("node-" + i).isSameAs(first);
        }
        assertThat(get(names, "node-7")).isSameAs(get(names, "node-7"));
    }

    @Test
    void shouldGoOnWhenItIsFull() {
        for (int i = 0; i < 400_000; i++) {
            assertThat(get(names, "n" + i).toStringUsingUTF8()).isEqualTo("n" + i);
        }
    }

    @Test
    void shouldReadEmptyTextAsNull() {
        assertThat(get(names, "")).isNull();
        assertThat(get(labels, "")).isNull();
    }

    @Test
    void shouldWriteLabelsAsJson() {
        assertThat(get(labels, "label_app:web|label_url:http://x|label_ö:\"").toStringUsingUTF8())
                .isEqualTo("{\"app\":\"web\",\"url\":\"http://x\",\"ö\":\"\\\"\"}");
        assertThat(get(labels, "{\"app\":\"web\"}").toStringUsingUTF8()).isEqualTo("{\"app\":\"web\"}");
    }

    @Test
    void shouldLeaveUnreadableLabelsToWhoeverCountsThem() {
        assertThat(get(labels, "no labels").toStringUsingUTF8()).isEqualTo("no labels");
    }

    @Test
    void shouldRefuseWhatIsNoText() {
        assertThatThrownBy(() -> names.get("a\u00e9b".toCharArray(), 0, 3))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> get(names, "a\0b")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> get(names, "=1+1")).hasMessageContaining("no Kubernetes object");
        assertThat(get(labels, "=1+1")).isNotNull();
    }
}
