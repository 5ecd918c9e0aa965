package org.usagestreams.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One part of a system as a process of its own; {@link ProcessCluster} starts it. It ends with whoever holds its input open. */
@Command(name = "part", hidden = true, description = "One part of a system, for the benchmark.")
final class PartCommand implements Callable<Integer> {
    /** What a part says when it can be used. */
    static final String READY = "ready";

    /** From SIGTERM to the end of the process; {@link ProcessCluster} waits a little longer. */
    private static final Duration END_WITHIN = Duration.ofSeconds(30);

    /** What can be a part. */
    enum Kind {
        CONTROLLER,
        BROKER,
        STORE,
        CONNECT,
        INTAKE,
        SPLITTER,
        PROCESSOR
    }

    @Parameters(index = "0")
    private Kind kind;

    @Option(names = "--data", required = true)
    private Path data;

    @Option(names = "--port", defaultValue = "0")
    private int port;

    @Option(names = "--advertised", defaultValue = "0")
    private int advertised;

    /** The controller's folder; only for the broker. */
    @Option(names = "--controller")
    private Path controller;

    /** None for controller and broker, which are there before the settings. */
    @Option(names = "-c")
    private Path config;

    @Override
    public Integer call() throws Exception {
        endWithInput();
        switch (kind) {
            case CONTROLLER -> hold(Broker.startController(data, port));
            case BROKER -> hold(Broker.join(controller, data, 1, port, advertised == 0 ? port : advertised));
            case STORE -> {
                final Settings settings = settings();
                final NotificationSender sender = new NotificationSender(
                        settings.kafkaClient(), settings.topics().name(TopicRole.NOTIFICATIONS));
                hold(S3Endpoint.start(
                        data,
                        port,
                        settings.text("store.access.key"),
                        settings.secret("store.secret.key"),
                        sender::send));
            }
            case CONNECT -> {
                final Settings settings = settings();
                final Map<String, Map<String, String>> connectors =
                        ClusterSetup.connectors(ClusterSetup.sinks(settings));
                hold(ConnectWorker.start(data, settings.kafkaClient(), port, connectors));
            }
            case INTAKE, SPLITTER, PROCESSOR -> {
                System.out.println(READY);
                return org.usagestreams.cli.Main.run(kind.name().toLowerCase(Locale.ROOT), "-c", config.toString());
            }
        }
        return 0;
    }

    private Settings settings() {
        return Settings.load(config, System.getenv(), Map.of());
    }

    private static void hold(AutoCloseable part) throws Exception {
        final CountDownLatch stop = new CountDownLatch(1);
        final CountDownLatch stopped = new CountDownLatch(1);
        BoundedShutdown.onSignal(END_WITHIN, stop, stopped);
        System.out.println(READY);
        stop.await();
        try {
            part.close();
        } finally {
            stopped.countDown();
        }
    }

    private static void endWithInput() {
        final Thread thread = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // Nothing is said on it.
                        }
                    } catch (IOException e) {
                        // Gone as well.
                    }
                    System.exit(0);
                },
                "input");
        thread.setDaemon(true);
        thread.start();
    }
}
