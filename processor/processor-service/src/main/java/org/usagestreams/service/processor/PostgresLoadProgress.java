package org.usagestreams.service.processor;

import org.usagestreams.ledger.SinkPositions;
import org.usagestreams.summarizer.loading.LoadProgress;

/** What the sink has loaded, as PostgreSQL tells. Used by one thread. */
final class PostgresLoadProgress implements LoadProgress {
    private final SinkPositions positions;

    /** Told by these, which are closed with it. */
    PostgresLoadProgress(SinkPositions positions) {
        this.positions = positions;
    }

    @Override
    public State now() {
        final SinkPositions.Loaded loaded = positions.read();
        return new State(loaded.positions(), loaded.setAside());
    }

    @Override
    public void close() {
        positions.close();
    }
}
