/**
 * The ledger's rules: from facts of an object's versions to the state of each.
 *
 * <p>Plain Java over records of the wire. Not thread-safe; a stream task owns what it works on. Never reads a clock.
 */
package org.usagestreams.summarizer.ledger;
