/** Which instances run, as the broker knows them, and which of this host have died. */
package org.usagestreams.operations.instances;
