/**
 * Dead letters as people work on them: listed, tried again, discarded.
 */
package org.usagestreams.operations.deadletter;
