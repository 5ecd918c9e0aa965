/**
 * From what a cluster's operator sends, a {@code tar.gz} of CSV files with a manifest, to the Parquet objects that the splitter reads.
 *
 * <p>Knows neither Kafka nor a store nor a clock: an archive on disk goes in, files on disk come out. The same archive gives the
 * same files, byte for byte.
 */
package org.usagestreams.intake;
