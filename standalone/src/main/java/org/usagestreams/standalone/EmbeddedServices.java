package org.usagestreams.standalone;

import org.usagestreams.service.intake.IntakeInstance;
import org.usagestreams.service.processor.ProcessorInstance;
import org.usagestreams.service.splitter.SplitterInstance;
import org.usagestreams.settings.Settings;

/** An intake, a splitter and a processor in this process. Not thread-safe. */
final class EmbeddedServices implements AutoCloseable {
    private IntakeInstance intake;
    private SplitterInstance splitter;
    private ProcessorInstance processor;

    /** Starts them, at first or after {@link #close}. */
    void start(Settings settings) {
        startIntake(settings);
        startSplitter(settings);
        startProcessor(settings);
    }

    /** Starts the intake, at first or after it ended. */
    void startIntake(Settings settings) {
        intake = IntakeInstance.start(settings);
    }

    /** Starts the splitter, at first or after it ended. */
    void startSplitter(Settings settings) {
        splitter = SplitterInstance.start(settings);
    }

    /** Starts the processor, at first or after it ended. */
    void startProcessor(Settings settings) {
        processor = ProcessorInstance.start(settings);
    }

    SplitterInstance splitter() {
        return splitter;
    }

    ProcessorInstance processor() {
        return processor;
    }

    /** Ends the intake, if it runs. */
    void stopIntake() {
        if (intake != null) {
            intake.close();
            intake = null;
        }
    }

    /** Ends the splitter, if it runs. */
    void stopSplitter() {
        if (splitter != null) {
            splitter.close();
            splitter = null;
        }
    }

    /** Ends the processor, if it runs. */
    void stopProcessor() {
        if (processor != null) {
            processor.close();
            processor = null;
        }
    }

    /** Ends all, as far as they run; what they have committed is kept. */
    @Override
    public void close() {
        stopIntake();
        stopProcessor();
        stopSplitter();
    }
}
