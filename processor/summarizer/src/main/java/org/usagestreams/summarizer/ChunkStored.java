package org.usagestreams.summarizer;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Flight Recorder's event of one record of the chunk topic that went into the chunk store. */
@Name("usagestreams.ChunkStored")
@Label("Chunk stored")
@Category("usage-streams")
@Description("A record of the chunk topic went into the chunk store")
@StackTrace(false)
final class ChunkStored extends Event {
    @Label("Bytes")
    int bytes;
}
