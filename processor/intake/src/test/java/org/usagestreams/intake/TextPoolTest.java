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

    private static Binary get(TextPool pool, byte[] text) {
        final byte[] field = new byte[text.length + 2];
        System.arraycopy(text, 0, field, 1, text.length);
        return pool.value(pool.number(field, 1, text.length));
    }

    private static Binary get(TextPool pool, String text) {
        return get(pool, text.getBytes(UTF_8));
    }

    @Test
    void shouldNumberTexts() {
        final Object pool = names.begin();
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < TextPool.MOST_ENTRIES; i++) {
                final byte[] text = ("n" + i).getBytes(UTF_8);
                assertThat(names.number(text, 0, text.length)).isEqualTo(i);
            }
        }
        assertThat(names.number("other".getBytes(UTF_8), 0, 5)).isEqualTo(TextPool.NOT_POOLED);
        assertThat(names.value(TextPool.NOT_POOLED).toStringUsingUTF8()).isEqualTo("other");
        assertThat(names.begin()).isSameAs(pool);
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
    void shouldBeginAnewWhenTheTextsAreOthers() {
        final Object first = names.begin();
        for (int i = 0; i < 400_000; i++) {
            assertThat(get(names, "n" + i).toStringUsingUTF8()).isEqualTo("n" + i);
        }
        assertThat(names.begin()).isNotSameAs(first);
        assertThat(get(names, "other")).isSameAs(get(names, "other"));
        assertThat(names.number("other".getBytes(UTF_8), 0, 5)).isZero();
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
        assertThatThrownBy(() -> get(names, "a\u00e9b".getBytes(ISO_8859_1)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> get(names, "a\0b")).hasMessageContaining("NUL");
        assertThatThrownBy(() -> get(names, "=1+1")).hasMessageContaining("no Kubernetes object");
        assertThat(get(labels, "=1+1")).isNotNull();
    }
}
