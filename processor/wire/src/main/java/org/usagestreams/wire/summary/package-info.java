/** Keys of the summary topic. Immutable; thread-safe. */
package org.usagestreams.wire.summary;
