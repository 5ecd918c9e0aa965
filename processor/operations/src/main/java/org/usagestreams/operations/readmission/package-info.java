/** Days beyond retention that are read back from the bucket. */
package org.usagestreams.operations.readmission;
