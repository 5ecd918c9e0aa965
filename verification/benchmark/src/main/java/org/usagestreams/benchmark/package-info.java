/** The benchmark: generates clusters, uploads them to a real system, validates what comes out, and reports the figures. */
package org.usagestreams.benchmark;
