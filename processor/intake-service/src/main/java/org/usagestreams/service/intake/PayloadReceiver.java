package org.usagestreams.service.intake;

import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.usagestreams.intake.Manifest;
import org.usagestreams.intake.Unpacker;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Received;

/**
 * The work of the first lane: it reads a payload's manifest, and hands the payload on by its cluster's source. Whoever unpacks
 * has the payloads of a cluster one after the other then, and the ledger knows of a payload before it is unpacked. Belongs to one thread.
 */
final class PayloadReceiver {
    private final PayloadStore store;
    private final Clusters clusters;
    private final PayloadWaits waits;
    private final Unpacker unpacker;
    private final long mostBytes;
    private final Clock clock;

    /** @param mostBytes that a payload may have */
    PayloadReceiver(
            PayloadStore store, Clusters clusters, PayloadWaits waits, Unpacker unpacker, long mostBytes, Clock clock) {
        this.store = store;
        this.clusters = clusters;
        this.waits = waits;
        this.unpacker = unpacker;
        this.mostBytes = mostBytes;
        this.clock = clock;
    }

    /**
     * Hands a payload on, or sets it aside where its cluster is not known.
     *
     * @param notification that the payload's event stands in
     * @param number of the event there
     */
    void receive(PayloadEvent payload, byte[] notification, int number, ObjectStore.Stored stored, IntakeOutput output)
            throws IOException {
        if (stored.size() > mostBytes) {
            waits.refuse(
                    payload,
                    stored,
                    "size",
                    "Cannot take the payload: it has " + stored.size() + " bytes, and intake.payload.bytes allows "
                            + mostBytes + ". Have the operator send smaller payloads, or raise the setting.",
                    output);
            return;
        }
        final byte[] json;
        try (InputStream in = store.open(stored)) {
            json = unpacker.manifestJson(in, stored.size());
        }
        final Manifest manifest = unpacker.manifest(json);
        final Optional<UUID> source = clusters.source(payload.organisation(), manifest.clusterId());
        if (source.isEmpty()) {
            waits.forCluster(payload, stored, manifest.clusterId(), output);
            return;
        }
        PayloadWaits.settle(payload, output);
        final ProducerRecord<byte[], byte[]> record = ReceivedPayload.record(
                output.topics().name(TopicRole.PAYLOADS), payload, notification, number, stored, source.get(), json);
        output.output().send(record);
        final ObjectVersion version =
                payload.version(stored).toBuilder().setManifestId(manifest.id()).build();
        output.fact(payload.fact(version, clock.millis())
                .setSource(source.get().toString())
                .setReceived(Received.getDefaultInstance())
                .build());
    }
}
