package org.usagestreams.standalone;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.usagestreams.operations.reference.ReferenceFile;
import org.usagestreams.operations.upload.PlannedUpload;
import org.usagestreams.operations.upload.ReportUpload;
import org.usagestreams.operations.upload.UploadPlan;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.sample.SampleData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.topics.KafkaClients;

/** Sample data in an embedded cluster. */
final class SampleUploads {
    private SampleUploads() {}

    /** Two days of a small cluster. */
    static SampleOptions small(long seed, LocalDate from) {
        return new SampleOptions(
                "org1234567",
                1,
                3,
                4,
                24,
                2,
                from,
                seed,
                SampleOptions.LabelForm.JSON,
                SampleOptions.TimeForm.MICROS,
                CompressionCodecName.SNAPPY,
                false);
    }

    /**
     * Publishes reference data, and uploads the files.
     *
     * @param files folder that they are written to
     */
    static List<PlannedUpload> upload(EmbeddedCluster cluster, SampleOptions options, Path files) throws Exception {
        new SampleData(options, files).write(file -> {});
        new ReferencePublisher(
                        KafkaClients.real(),
                        cluster.settings().kafkaClient(),
                        cluster.settings().topics())
                .publish(ReferenceFile.read(files.resolve(SampleData.REFERENCE_FILE)));
        final List<PlannedUpload> planned =
                new UploadPlan(options.org()).plan(List.of(files), null, null, LocalDate.EPOCH);
        new ReportUpload(cluster.client(), cluster.bucket()).upload(planned, file -> {});
        return planned;
    }
}
