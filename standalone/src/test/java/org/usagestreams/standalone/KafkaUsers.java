package org.usagestreams.standalone;

import java.util.List;

/** The users of Kafka that {@code access.yaml} has, spelt out: a user that is added or missing there is seen. */
final class KafkaUsers {
    static final List<String> ALL = List.of(
            "bucket",
            "intake",
            "splitter",
            "processor",
            "validator",
            "console",
            "console-operator",
            "connect",
            "operator");

    private KafkaUsers() {}
}
