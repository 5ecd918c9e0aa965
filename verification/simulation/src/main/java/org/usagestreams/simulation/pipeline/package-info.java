/**
 * Histories of the whole way from an upload to the summary: the real splitter and the real topology over the simulated broker
 * and store.
 */
package org.usagestreams.simulation.pipeline;
