/**
 * Reference data as records of topics.
 */
package org.usagestreams.summarizer.reference;
