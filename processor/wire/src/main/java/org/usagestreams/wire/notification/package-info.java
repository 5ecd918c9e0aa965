/**
 * What the bucket said: S3 event records, and what an object's key says of the report that it holds.
 */
package org.usagestreams.wire.notification;
