package org.usagestreams.service.intake;

import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.intake.Manifest;
import org.usagestreams.intake.RejectedPayloadException;
import org.usagestreams.intake.RejectionReason;
import org.usagestreams.intake.UnpackedObject;
import org.usagestreams.intake.UnpackedPayload;
import org.usagestreams.intake.Unpacker;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Unpacked;

/**
 * The work of the second lane: it unpacks a payload. Objects are put into the bucket after the whole payload was read and checked; what
 * goes to the topics is committed after that, with the record's offset. Where the process ends in between, the payload is unpacked
 * again, to the same bytes under the same keys. Belongs to one thread.
 */
final class PayloadUnpacking {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadUnpacking.class);

    private final PayloadStore store;
    private final Unpacker unpacker;
    private final WorkFolder folder;
    private final WorkTime time;
    private final int retentionDays;
    private final IntakeCounts counts;
    private final Clock clock;

    /**
     * Unpacks in a folder of its own.
     *
     * @param retentionDays rows that are older are left out
     */
    PayloadUnpacking(
            PayloadStore store,
            Unpacker unpacker,
            WorkFolder folder,
            WorkTime time,
            int retentionDays,
            IntakeCounts counts,
            Clock clock) {
        this.store = store;
        this.unpacker = unpacker;
        this.folder = folder;
        this.time = time;
        this.retentionDays = retentionDays;
        this.counts = counts;
        this.clock = clock;
    }

    /** Puts a payload's objects, and tells the ledger. */
    void unpack(ReceivedPayload received, ObjectStore.Stored stored, IntakeOutput output) throws IOException {
        try {
            putObjects(received, stored, output);
        } finally {
            folder.clearQuietly();
        }
    }

    private void putObjects(ReceivedPayload received, ObjectStore.Stored stored, IntakeOutput output)
            throws IOException {
        final PayloadEvent payload = received.payload();
        folder.clear();
        store.fetch(stored, folder.archive(), time);
        final Manifest manifest =
                received.manifest() == null ? unpacker.manifest(folder.archive()) : received.manifest();
        final LocalDate earliest =
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(retentionDays);
        final UnpackedPayload unpacked = unpacker.unpack(folder.archive(), manifest, folder.objects(), earliest);
        final Unpacked.Builder fact =
                Unpacked.newBuilder().setRows(unpacked.rows()).setNote(unpacked.note());
        drop(fact, "interval_start", unpacked.rowsWithoutTime());
        drop(fact, "retention", unpacked.rowsBeyondRetention());
        for (final UnpackedObject object : unpacked.objects()) {
            if (time.getAsBoolean()) {
                throw new RejectedPayloadException(
                        RejectionReason.TOO_SLOW,
                        null,
                        "it takes longer than intake.payload.ms to put its objects into the bucket",
                        null);
            }
            final String key = object.key(payload.organisation(), received.source());
            final String etag = store.put(stored.bucket(), key, object.file(), object.metadata());
            fact.addObjectsBuilder().setKey(key).setEtag(etag);
        }
        final ObjectVersion version =
                payload.version(stored).toBuilder().setManifestId(manifest.id()).build();
        output.fact(payload.fact(version, clock.millis())
                .setSource(received.source().toString())
                .setUnpacked(fact)
                .build());
        counts.unpacked.increment();
        counts.rows.add(unpacked.rows());
        counts.optimizationFiles.add(unpacked.optimizationFiles());
        LOG.atInfo()
                .addKeyValue("payload", payload.event().key())
                .addKeyValue("cluster", manifest.clusterId())
                .addKeyValue("manifest", manifest.uuid())
                .addKeyValue("rows", unpacked.rows())
                .addKeyValue("objects", unpacked.objects().size())
                .addKeyValue("note", unpacked.note())
                .log("payload unpacked");
    }

    private static void drop(Unpacked.Builder fact, String reason, long rows) {
        if (rows > 0) {
            fact.putDropped(reason, rows);
        }
    }
}
