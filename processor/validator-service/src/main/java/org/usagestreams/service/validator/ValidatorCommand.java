package org.usagestreams.service.validator;

import java.util.concurrent.Callable;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs a validator until the process is told to end. */
@Command(
        name = "validator",
        mixinStandardHelpOptions = true,
        description =
                "Runs a validator: compares each day with the bucket some time after its last change, as scripts/validate"
                        + " does, and writes the results to summary_status. If you start several, one works at a time.")
public final class ValidatorCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions settings;

    /** For the command line that has this command. */
    public ValidatorCommand() {}

    /** The process of one validator. */
    public static void main(String[] args) {
        System.exit(CommandRunner.run(new ValidatorCommand(), args));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (ValidatorInstance instance = ValidatorInstance.start(settings.loadForService(Part.STORE, Part.POSTGRES))) {
            Shutdown.onSignal(instance::close);
            instance.await();
        }
        return 0;
    }
}
