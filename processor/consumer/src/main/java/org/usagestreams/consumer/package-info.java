/**
 * Consumes records exactly once: what a handler makes of a record is committed together with the record's offset, in one Kafka
 * transaction. {@link org.usagestreams.consumer.GroupThreads} runs the threads of a service, each with a
 * {@link org.usagestreams.consumer.TransactionalLoop}; {@link org.usagestreams.consumer.DeadLetterRetries} sends the events of dead letters
 * again. Nothing here knows what the records mean, and nothing reads objects or writes to a database.
 */
package org.usagestreams.consumer;
