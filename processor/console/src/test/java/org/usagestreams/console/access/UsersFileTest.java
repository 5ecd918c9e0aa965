package org.usagestreams.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersFileTest {
    private static final String HASH = Tokens.hash("token");

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("users"), text);
    }

    @Test
    void shouldKnowUsersByTheHashOfTheirToken() throws IOException {
        final UsersFile users = new UsersFile(file("# people\n\nanna operator * " + HASH + "\nbob viewer org1,org2 "
                + Tokens.hash("other").toUpperCase(Locale.ROOT) + "\n"));
        final User anna = users.byHash(HASH).orElseThrow();
        assertThat(anna.name()).isEqualTo("anna");
        assertThat(anna.mayChange("any")).isTrue();
        assertThat(anna.mayChange(null)).isTrue();
        final User bob = users.byHash(Tokens.hash("other")).orElseThrow();
        assertThat(bob.mayRead("org2")).isTrue();
        assertThat(bob.mayRead("org3")).isFalse();
        assertThat(bob.mayRead(null)).isFalse();
        assertThat(bob.mayChange("org1")).isFalse();
        assertThat(users.byHash("token")).isEmpty();
    }

    @Test
    void shouldForgetWhoIsNoLongerInTheFileAndKnowNobodyWhileItCannotBeRead() throws IOException {
        final Path file = file("anna operator * " + HASH);
        final UsersFile users = new UsersFile(file);
        Files.writeString(file, "anna operator");
        assertThat(users.byHash(HASH)).isEmpty();
        Files.writeString(file, "anna viewer * " + HASH);
        assertThat(users.byHash(HASH).orElseThrow().isOperator()).isFalse();
        Files.writeString(file, "anne viewer * " + HASH);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2040-01-01T00:00:00Z")));
        assertThat(users.byHash(HASH).orElseThrow().name()).isEqualTo("anne");
        Files.delete(file);
        assertThat(users.byHash(HASH)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anna operator *",
                "anna operator , HASH",
                "anna root * HASH",
                "anna operator * s3cr3t",
                "a viewer * HASH\nb viewer * HASH"
            })
    void shouldSayWhichLineMakesNoSenseWithoutWhatMayBeAToken(String text) throws IOException {
        final Path file = file(text.replace("HASH", HASH));
        assertThatThrownBy(() -> new UsersFile(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("line ")
                .message()
                .doesNotContain("s3cr3t");
    }
}
