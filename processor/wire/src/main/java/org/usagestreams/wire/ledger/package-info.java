/** What became of each uploaded object version: the rules of its states, and the ledger as topic and table have it. */
package org.usagestreams.wire.ledger;
