/**
 * The ledger in PostgreSQL, as reconcile and commands read it.
 *
 * <p>Only reads: the sink writes the table. One connection, one thread.
 */
package org.usagestreams.ledger;
