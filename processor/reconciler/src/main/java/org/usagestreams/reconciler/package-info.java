/** Compares the bucket with the ledger, and sends notifications that the bucket has lost. */
package org.usagestreams.reconciler;
