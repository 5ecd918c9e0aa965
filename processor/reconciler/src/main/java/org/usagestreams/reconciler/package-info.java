/** The bucket's listing against the ledger: what the bucket did not notify of is notified in its stead. */
package org.usagestreams.reconciler;
