package org.usagestreams.commandline;

import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;

/** The message of a failed command: what cannot be done, why, and which setting to check. */
final class FailureText {
    /** SQLSTATE class of connections that cannot be made or are lost. */
    private static final String CONNECTION = "08";

    private FailureText() {}

    /** The text for people. Messages of ours are shown as they are; those of clients that reach nothing name the setting. */
    static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return own(
                        failure,
                        "Cannot reach Kafka: " + withoutCall(cause)
                                + ". Check kafka.bootstrap.servers, and that the brokers' advertised addresses can be"
                                + " reached from here.");
            }
            if (cause instanceof ConfigException && failure instanceof KafkaException) {
                return "Cannot reach Kafka: " + cause.getMessage() + ". Check kafka.bootstrap.servers.";
            }
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().startsWith(CONNECTION)) {
                return own(failure, "Cannot reach PostgreSQL: " + sql.getMessage() + " Check postgres.url.");
            }
        }
        final String message = failure.getMessage();
        if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
            return "Cannot open " + String.valueOf(message).replaceFirst(" \\(No such file or directory\\)$", "")
                    + ": there is no such file.";
        }
        return message == null || message.isBlank() ? failure.toString() : message;
    }

    /** A message that says already what cannot be done is better than the one of its cause. */
    private static String own(Throwable failure, String otherwise) {
        final String message = failure.getMessage();
        return message != null && message.startsWith("Cannot ") ? message : otherwise;
    }

    /** Kafka's clients add the name of the request. */
    private static String withoutCall(Throwable cause) {
        return String.valueOf(cause.getMessage()).replaceFirst("\\.? ?Call: .*", "");
    }
}
