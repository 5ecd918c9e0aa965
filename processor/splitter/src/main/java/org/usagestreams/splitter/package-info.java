/**
 * Splits objects into row chunks: a consumer of bucket notifications that reads Parquet from the object store and
 * writes the chunk topic. The only place that knows Parquet and the store.
 */
package org.usagestreams.splitter;
