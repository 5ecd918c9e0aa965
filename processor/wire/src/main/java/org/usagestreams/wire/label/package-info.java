/** Label texts: reads labels from their text forms and writes labels as JSON. Knows nothing of the rules. */
package org.usagestreams.wire.label;
