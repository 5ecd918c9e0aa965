package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.console.access.Tokens;
import org.usagestreams.console.access.User;
import org.usagestreams.console.access.UsersFile;
import picocli.CommandLine;

class ConsoleCommandTest {
    @TempDir
    private Path directory;

    private static String said(String... arguments) {
        final StringWriter out = new StringWriter();
        assertThat(new CommandLine(new ConsoleCommand())
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(out))
                        .execute(arguments))
                .isEqualTo(arguments[1].contains(" ") ? 2 : 0);
        return out.toString();
    }

    @Test
    void shouldMakeATokenAndTheLineThatKnowsIt() throws Exception {
        final String[] lines = said("--make-token", "anna").split("\n", -1);
        final String token = lines[0].substring(lines[0].lastIndexOf(' ') + 1);
        final UsersFile users = new UsersFile(Files.writeString(directory.resolve("users"), lines[2]));
        assertThat(users.byHash(Tokens.hash(token)).map(User::isOperator)).contains(true);
        assertThat(said("--make-token", "bob", "--viewer")).contains("bob viewer * ");
        assertThat(said("--make-token", "bob")).doesNotContain(token);
    }

    @Test
    void shouldRefuseANameThatIsNoField() {
        assertThat(said("--make-token", "a b")).contains("NAME must not contain spaces");
    }
}
