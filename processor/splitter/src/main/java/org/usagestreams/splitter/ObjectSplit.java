package org.usagestreams.splitter;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.usagestreams.wire.message.ObjectVersion;

/** Flight Recorder's event of one object that was split, with the time of each part. */
@Name(ObjectSplit.NAME)
@Label("Object split")
@Category("usage-streams")
@Description("An object was read and split into row chunks")
@StackTrace(false)
final class ObjectSplit extends Event {
    static final String NAME = "usagestreams.ObjectSplit";

    @Label("Object")
    String object;

    @Label("Rows")
    long rows;

    @Label("Chunks")
    int chunks;

    @Label("Read")
    @Description("Fetching row groups from the store and decoding their columns")
    @Timespan(Timespan.NANOSECONDS)
    long read;

    @Label("Split")
    @Description("Sorting rows by usage date and encoding chunks")
    @Timespan(Timespan.NANOSECONDS)
    long split;

    @Label("Send")
    @Description("Handing chunks to the producer")
    @Timespan(Timespan.NANOSECONDS)
    long send;

    /**
     * Ends the event.
     *
     * @param nanos all that splitting took, reading and sending included
     */
    void record(ObjectVersion version, SplitResult result, long readNanos, long sendNanos, long nanos) {
        object = version.getKey();
        rows = result.rows();
        chunks = result.chunks();
        read = readNanos;
        send = sendNanos;
        split = nanos - readNanos - sendNanos;
        commit();
    }
}
