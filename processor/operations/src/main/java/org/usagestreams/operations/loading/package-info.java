/** Waiting for uploads: which object versions are meant, and the wait until they are loaded. */
package org.usagestreams.operations.loading;
