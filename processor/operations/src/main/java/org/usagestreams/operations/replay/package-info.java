/** Replay: from the chunk topic, from the bucket, from the state, and by a new version beside the one that publishes. */
package org.usagestreams.operations.replay;
