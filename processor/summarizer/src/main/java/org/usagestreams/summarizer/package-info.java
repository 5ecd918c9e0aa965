/**
 * The Kafka Streams topology: state that holds the live chunks of each day, what was last published of it, and the
 * publication of what changed.
 */
package org.usagestreams.summarizer;
