/**
 * Dead letters: list, retry, discard.
 */
package org.usagestreams.operations.deadletter;
