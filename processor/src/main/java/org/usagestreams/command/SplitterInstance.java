package org.usagestreams.command;

import java.nio.file.Path;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.reconcile.ReconcileService;
import org.usagestreams.settings.Settings;
import org.usagestreams.splitter.SplitterService;

/** A splitter, and the comparison of bucket and ledger that one of all splitters does. */
public final class SplitterInstance implements AutoCloseable {
    private final InstanceSlot slot;
    private final SplitterService splitter;
    private final ReconcileService reconcile;

    private SplitterInstance(InstanceSlot slot, SplitterService splitter, ReconcileService reconcile) {
        this.slot = slot;
        this.splitter = splitter;
        this.reconcile = reconcile;
    }

    /** Starts one, in the first place of this host that is free. */
    public static SplitterInstance start(Settings settings) {
        // Who has a name needs no place.
        final InstanceSlot slot = settings.text("splitter.instance.id").isEmpty()
                ? InstanceSlot.take(Path.of(settings.text("splitter.instance.dir")))
                : null;
        try {
            final SplitterService splitter = Services.splitter(
                    settings, settings.instance("splitter.instance.id", slot == null ? 0 : slot.number()));
            final ReconcileService reconcile =
                    Reconciliation.service(settings, splitter).start();
            splitter.start();
            return new SplitterInstance(slot, splitter, reconcile);
        } catch (RuntimeException e) {
            if (slot != null) {
                slot.close();
            }
            throw e;
        }
    }

    /** The splitter. */
    public SplitterService splitter() {
        return splitter;
    }

    /** Waits until it has ended; throws what ended it, if that was not {@link #close}. */
    public void await() throws InterruptedException {
        splitter.await();
    }

    /** Ends after the object at hand, within a bounded time. */
    @Override
    public void close() {
        reconcile.close();
        splitter.close();
        if (slot != null) {
            slot.close();
        }
    }
}
