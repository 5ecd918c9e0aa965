/**
 * The process of a processor: the topology, the watch of the sink, and the HTTP interface.
 *
 * <p>Carries neither Parquet nor a client of the object store.
 */
package org.usagestreams.service.processor;
