/** An installation as resources of Strimzi. */
package org.usagestreams.operations.strimzi;
