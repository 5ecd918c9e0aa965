package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class OutsideOptionsTest {
    @Command(name = "some")
    static final class Some {
        @Mixin
        private OutsideOptions outside = new OutsideOptions();
    }

    private static ExternalParts parts(Map<String, String> settings, String... arguments) {
        final Some command = new Some();
        new CommandLine(command).parseArgs(arguments);
        return command.outside.parts(settings);
    }

    @Test
    void shouldStartEverythingByDefault() {
        final ExternalParts parts = parts(Map.of());
        assertThat(parts.bootstrapServers()).isNull();
        assertThat(parts.database()).isNull();
        assertThat(parts.store()).isNull();
    }

    @Test
    void shouldUseWhatIsNamed() {
        final ExternalParts parts = parts(
                Map.of(
                        "postgres.user", "me",
                        "postgres.password", "secret",
                        "store.access.key", "a",
                        "store.secret.key", "s"),
                "--kafka=k1:9092,k2:9092",
                "--postgres=postgresql://db:5433/usage",
                "--s3=https://s3.example.com");
        assertThat(parts.bootstrapServers()).isEqualTo("k1:9092,k2:9092");
        assertThat(parts.database()).isEqualTo(new ExternalParts.At("jdbc:postgresql://db:5433/usage", "me", "secret"));
        assertThat(parts.store().endpoint()).isEqualTo("https://s3.example.com");
        assertThat(parts.store().secretKey()).isEqualTo("s");
    }

    @Test
    void shouldSayWhatIsMissingAndRepeatNoPassword() {
        assertThatThrownBy(() -> parts(Map.of(), "--s3=http://localhost:9000"))
                .hasMessageContaining("store.access.key");
        assertThatThrownBy(() -> parts(Map.of(), "--postgres=postgresql://me:secret@db/usage"))
                .hasMessageContaining("postgres.user")
                .hasMessageNotContaining("secret");
    }
}
