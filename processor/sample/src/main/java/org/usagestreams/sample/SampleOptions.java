package org.usagestreams.sample;

import java.time.LocalDate;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * What to generate. The same options give the same files.
 *
 * @param from first day
 * @param hourly a file an hour instead of one a day
 */
public record SampleOptions(
        String org,
        int clusters,
        int nodes,
        int namespaces,
        int pods,
        int days,
        LocalDate from,
        long seed,
        LabelForm labels,
        TimeForm times,
        CompressionCodecName compression,
        boolean hourly) {
    /** How labels are written. */
    public enum LabelForm {
        JSON,
        MAP,
        PIPE,
        STRUCT
    }

    /** How times are written. */
    public enum TimeForm {
        MILLIS,
        MICROS,
        NANOS,
        INT96,
        TEXT,
        ISO
    }
}
