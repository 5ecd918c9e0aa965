package org.usagestreams.summarizer;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.summarizer.ledger.LedgerJson;
import org.usagestreams.summarizer.ledger.ObjectEntries;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectLedger;

/** Keeps the ledger: each fact changes the entries of its object, and changed entries go to the ledger topic. */
final class Ledger extends ContextualProcessor<String, ObjectFact, byte[], byte[]> {
    private final TopologySettings settings;
    private final InstanceWork work;
    private LedgerStore ledger;
    private Sweep<byte[]> sweep;

    /** What this task has added to the number of sources over their quota. */
    private int overQuota;

    Ledger(TopologySettings settings, InstanceWork work) {
        this.settings = settings;
        this.work = work;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        final KeyValueStore<String, byte[]> store = context.getStateStore(Names.LEDGER);
        ledger = new LedgerStore(store);
        sweep = Sweep.schedule(settings, context, work.budget(), store, new Leaving());
    }

    @Override
    public void close() {
        sweep.close();
        showOverQuota(0);
    }

    private void showOverQuota(int sources) {
        work.counts().ledgerSourcesOverQuota.add(sources - overQuota);
        overQuota = sources;
    }

    /** An object's entries leave together: what is left of them where one sweep does not get to all leaves with the next. */
    private final class Leaving implements Sweep.Test<byte[]> {
        private final SourceEntries sources = new SourceEntries(settings.sourceEntries());

        @Override
        public boolean isForgotten(String key, byte[] entry, Retention retention) {
            final ObjectLedger object = ledger.load(LedgerStore.objectOf(key));
            return retention.isForgotten(object) || sources.leaves(object);
        }

        @Override
        public void begin(long now) {
            sources.begin(now);
        }

        @Override
        public void end() {
            showOverQuota(sources.end());
        }
    }

    @Override
    public void process(Record<String, ObjectFact> record) {
        final ObjectLedger held = ledger.load(record.key());
        final ObjectEntries.Change change = ObjectEntries.apply(held, record.value(), settings.ledgerVersions());
        ledger.save(record.key(), held, change.ledger());
        for (final LedgerEntry entry : change.changed()) {
            if (held.getEntriesList().stream()
                    .noneMatch(before -> before.getVersion().equals(entry.getVersion())
                            && before.getState().equals(entry.getState()))) {
                work.counts().of(entry.getOrganisation()).entered(UploadState.valueOf(entry.getState()));
            }
            context()
                    .forward(
                            new Record<>(
                                    LedgerJson.key(entry.getVersion()), LedgerJson.value(entry), record.timestamp()),
                            Names.LEDGER_SINK);
        }
        for (final ObjectEntries.Asked asked : change.asked()) {
            context().forward(new Record<>(asked.key(), asked.value(), record.timestamp()), Names.NOTIFICATION_SINK);
        }
        for (final String letter : change.settled()) {
            context()
                    .forward(
                            new Record<>(letter.getBytes(StandardCharsets.UTF_8), null, record.timestamp()),
                            Names.SETTLED_LETTER_SINK);
        }
    }
}
