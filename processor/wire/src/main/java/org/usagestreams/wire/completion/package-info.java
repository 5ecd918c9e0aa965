/** The event that a day's revision is loaded. */
package org.usagestreams.wire.completion;
