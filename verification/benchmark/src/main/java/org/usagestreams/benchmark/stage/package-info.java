/** Each stage of the way by itself, as JMH benchmarks: one operation is one line item. */
package org.usagestreams.benchmark.stage;
