/** Report files as people upload them: where in the bucket they belong, and the way there. */
package org.usagestreams.operations.upload;
