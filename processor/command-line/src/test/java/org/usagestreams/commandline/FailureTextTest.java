package org.usagestreams.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** A failure names what cannot be done and the setting to look at, not a class or a request. */
class FailureTextTest {
    @Test
    void shouldNameTheSettingWhereKafkaDoesNotAnswer() {
        assertThat(FailureText.of(new TimeoutException("Timed out waiting for a node assignment. Call: listTopics")))
                .isEqualTo(
                        "Cannot reach Kafka: Timed out waiting for a node assignment. Check kafka.bootstrap.servers, and"
                                + " that the brokers' advertised addresses can be reached from here.");
        assertThat(FailureText.of(new ExecutionException(new TimeoutException("Timed out"))))
                .startsWith("Cannot reach Kafka: Timed out.");
        assertThat(FailureText.of(new KafkaException(
                        "Failed to create new KafkaAdminClient",
                        new ConfigException("No resolvable bootstrap urls given in bootstrap.servers"))))
                .isEqualTo("Cannot reach Kafka: No resolvable bootstrap urls given in bootstrap.servers. Check"
                        + " kafka.bootstrap.servers.");
    }

    @Test
    void shouldNameTheSettingWherePostgresDoesNotAnswer() {
        assertThat(FailureText.of(new SQLException("Connection to localhost:1 refused.", "08001")))
                .isEqualTo("Cannot reach PostgreSQL: Connection to localhost:1 refused. Check postgres.url.");
        assertThat(FailureText.of(new SQLException("relation x does not exist", "42P01")))
                .isEqualTo("relation x does not exist");
    }

    @Test
    void shouldNameAFileThatIsNotThere() {
        assertThat(FailureText.of(new NoSuchFileException("a/case.json")))
                .isEqualTo("Cannot open a/case.json: there is no such file.");
        assertThat(FailureText.of(new FileNotFoundException("a/case.json (No such file or directory)")))
                .isEqualTo("Cannot open a/case.json: there is no such file.");
    }

    @Test
    void shouldKeepMessagesThatSayWhatCannotBeDone() {
        assertThat(FailureText.of(new KafkaException("Cannot list topic x: …", new TimeoutException("Timed out"))))
                .isEqualTo("Cannot list topic x: …");
        assertThat(FailureText.of(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }
}
