package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
    @TempDir
    private Path directory;

    @Test
    void shouldMakeASecretOnceThatItsUserAloneCanRead() throws Exception {
        final Path file = directory.resolve("secrets").resolve("one");
        final String secret = Secret.in(file);
        assertThat(secret).matches("[0-9a-f]{40}");
        assertThat(Secret.in(file)).isEqualTo(secret);
        assertThat(Secret.in(file.resolveSibling("two"))).isNotEqualTo(secret);
        assertThat(Files.getPosixFilePermissions(file))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    }

    @Test
    void shouldKeepTheKeysOfAFolder() throws Exception {
        final Secret.StoreKeys keys = Secret.StoreKeys.of(directory);
        assertThat(Secret.StoreKeys.of(directory)).isEqualTo(keys);
        assertThat(keys.accessKey()).isNotEqualTo(keys.secretKey());
    }
}
