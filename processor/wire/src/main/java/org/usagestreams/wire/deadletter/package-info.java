/** Dead letters: what could not be processed, with object, place and reason. */
package org.usagestreams.wire.deadletter;
