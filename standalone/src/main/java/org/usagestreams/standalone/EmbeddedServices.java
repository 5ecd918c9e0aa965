package org.usagestreams.standalone;

import org.usagestreams.service.processor.ProcessorInstance;
import org.usagestreams.service.splitter.SplitterInstance;
import org.usagestreams.settings.Settings;

/** A splitter and a processor in this process, started and ended together. Not thread-safe. */
final class EmbeddedServices implements AutoCloseable {
    private SplitterInstance splitter;
    private ProcessorInstance processor;

    /** Starts both, at first or after {@link #close}. */
    void start(Settings settings) {
        splitter = SplitterInstance.start(settings);
        processor = ProcessorInstance.start(settings);
    }

    SplitterInstance splitter() {
        return splitter;
    }

    ProcessorInstance processor() {
        return processor;
    }

    /** Ends both, as far as they run; what they have committed is kept. */
    @Override
    public void close() {
        if (processor != null) {
            processor.close();
            processor = null;
        }
        if (splitter != null) {
            splitter.close();
            splitter = null;
        }
    }
}
