package org.usagestreams.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.minio.messages.ErrorResponse;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The client's messages are read by their annotations, anew for each answer. */
class ClientAnnotationsTest {
    /** The JVM leaves out those that it does not find, after it has looked into each jar. */
    @Test
    void shouldFindTheAnnotationsOfMessages() {
        final Stream<Annotation> found = Arrays.stream(ErrorResponse.class.getDeclaredConstructors())
                .flatMap(constructor -> Arrays.stream(constructor.getParameterAnnotations()))
                .flatMap(Arrays::stream);
        assertThat(found.map(annotation -> annotation.annotationType().getName()))
                .contains("javax.annotation.Nonnull", "javax.annotation.Nullable");
    }
}
