/**
 * The process of a splitter: the splitter itself, the comparison of bucket and ledger, and the HTTP interface.
 *
 * <p>Carries neither Kafka Streams nor RocksDB.
 */
package org.usagestreams.service.splitter;
