/**
 * A deterministic simulation of the protocol: the real code of the splitter and the topology runs over a simulated broker,
 * object store and clock, and everything that happens follows from one seed. Nothing here opens a socket, reads the system
 * clock, or draws from an unseeded source. One simulated world is used by one thread at a time.
 */
package org.usagestreams.simulation;
