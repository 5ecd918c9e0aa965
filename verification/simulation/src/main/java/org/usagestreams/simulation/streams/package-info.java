/**
 * Runs the real topology without Kafka Streams: tasks, stream threads and instances that behave as Streams does where the
 * protocol depends on it, as actors over the simulated broker.
 */
package org.usagestreams.simulation.streams;
