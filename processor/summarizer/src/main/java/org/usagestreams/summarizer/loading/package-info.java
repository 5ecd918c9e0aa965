/** What the sink has loaded: its committed offsets against those of what was published. */
package org.usagestreams.summarizer.loading;
