/**
 * The compression codecs of Parquet without Hadoop's.
 *
 * <p>Never reads a file itself. Codecs are not thread-safe; each reader has its own.
 */
package org.usagestreams.parquet;
