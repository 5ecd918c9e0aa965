/** Sample data: usage reports of made-up clusters, in every form that the rules allow. */
package org.usagestreams.sample;
