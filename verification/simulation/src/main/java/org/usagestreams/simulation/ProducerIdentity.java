package org.usagestreams.simulation;

/**
 * Who a transactional producer is to the broker.
 *
 * @param transactionalId the name of its transactions
 * @param id the producer id
 * @param epoch a producer with a lower epoch than the coordinator's is fenced
 */
public record ProducerIdentity(String transactionalId, long id, short epoch) {}
