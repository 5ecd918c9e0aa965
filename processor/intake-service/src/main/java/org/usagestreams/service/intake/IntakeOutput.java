package org.usagestreams.service.intake;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.usagestreams.consumer.TransactionalLoop;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;

/** Puts what a record leads to on the topics of the catalog. */
record IntakeOutput(TransactionalLoop.Output output, TopicCatalog topics) {

    /** Tells the ledger. */
    void fact(ObjectFact fact) {
        output.send(new ProducerRecord<>(
                topics.name(TopicRole.OBJECTS),
                Versions.objectName(fact.getVersion()).getBytes(StandardCharsets.UTF_8),
                fact.toByteArray()));
    }

    void deadLetter(DeadLetter deadLetter) {
        output.send(new ProducerRecord<>(topics.name(TopicRole.DEAD_LETTERS), deadLetter.key(), deadLetter.toJson()));
    }

    /** Removes the dead letter of that key. */
    void settled(String deadLetter) {
        output.send(new ProducerRecord<>(
                topics.name(TopicRole.DEAD_LETTERS), deadLetter.getBytes(StandardCharsets.UTF_8), null));
    }
}
