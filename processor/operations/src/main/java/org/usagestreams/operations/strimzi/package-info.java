/** An installation as Strimzi's resources. */
package org.usagestreams.operations.strimzi;
