/**
 * Row chunks: line items of one object version and one usage date in columns, their dictionaries, their identity and
 * their wire format.
 */
package org.usagestreams.wire.chunk;
