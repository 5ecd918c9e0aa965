/**
 * The process of a splitter: the splitter itself, the comparisons that one of all splitters does, and the HTTP interface.
 *
 * <p>Carries neither Kafka Streams nor RocksDB.
 */
package org.usagestreams.service.splitter;
