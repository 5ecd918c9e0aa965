/** Days beyond retention that people take back from the bucket. */
package org.usagestreams.operations.readmission;
