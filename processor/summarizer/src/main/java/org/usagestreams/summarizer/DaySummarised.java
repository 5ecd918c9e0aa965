package org.usagestreams.summarizer;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Flight Recorder's event of one pass over a day, with the time of each part. */
@Name("usagestreams.DaySummarised")
@Label("Day summarised")
@Category("usage-streams")
@Description("A day was summarised from state, and its changed rows were published")
@StackTrace(false)
final class DaySummarised extends Event {
    @Label("Organisation")
    String organisation;

    @Label("Source")
    String source;

    @Label("Usage date")
    String date;

    @Label("Line items")
    @Description("Rows of the day's objects that count")
    long lineItems;

    @Label("Rows")
    @Description("Rows of the summary")
    long rows;

    @Label("Changed rows")
    long changed;

    @Label("Summarise")
    @Description("Reading chunks from state, decoding and summing them")
    @Timespan(Timespan.NANOSECONDS)
    long summarise;

    @Label("Publish")
    @Description("Writing rows, comparing them with what was published, sending those that changed")
    @Timespan(Timespan.NANOSECONDS)
    long publish;
}
