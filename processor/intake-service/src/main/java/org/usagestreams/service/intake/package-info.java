/**
 * The process that turns payloads of clusters' operators into the objects of reports: those that are announced on Kafka, and those in
 * the bucket.
 */
package org.usagestreams.service.intake;
