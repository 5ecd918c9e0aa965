package org.usagestreams.standalone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.connect.runtime.Connect;
import org.apache.kafka.connect.runtime.Herder;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorInfo;
import org.apache.kafka.connect.runtime.rest.entities.ConnectorStateInfo;
import org.apache.kafka.connect.runtime.standalone.StandaloneHerder;
import org.apache.kafka.connect.util.ConnectorTaskId;
import org.apache.kafka.connect.util.FutureCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Kafka Connect worker with the sinks. A task that failed, say because PostgreSQL was down, is started anew. */
final class ConnectWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectWorker.class);
    private static final Duration CHECK = Duration.ofSeconds(2);

    private final Connect<StandaloneHerder> connect;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        final Thread thread = new Thread(task, "connect-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<String> connectors;
    private final ScheduledFuture<?> watching;

    private ConnectWorker(Connect<StandaloneHerder> connect, Set<String> connectors) {
        this.connect = connect;
        this.connectors = connectors;
        watching = watch.scheduleWithFixedDelay(
                this::restartFailed, CHECK.toMillis(), CHECK.toMillis(), TimeUnit.MILLISECONDS);
    }

    static ConnectWorker start(
            Path directory, Map<String, Object> kafka, int port, Map<String, Map<String, String>> connectors)
            throws Exception {
        Files.createDirectories(directory);
        final Map<String, String> worker = new HashMap<>();
        kafka.forEach((name, value) -> {
            worker.put(name, value.toString());
            worker.put("consumer." + name, value.toString());
        });
        // Secrets that the settings refer to are read by the worker.
        worker.put("config.providers", "directory,file,env");
        worker.put("config.providers.directory.class", DirectoryConfigProvider.class.getName());
        worker.put("config.providers.file.class", FileConfigProvider.class.getName());
        worker.put("config.providers.env.class", EnvVarConfigProvider.class.getName());
        worker.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        worker.put("value.converter", "org.apache.kafka.connect.storage.StringConverter");
        worker.put("offset.storage.file.filename", directory.resolve("offsets").toString());
        worker.put("offset.flush.interval.ms", "250");
        worker.put("listeners", "http://127.0.0.1:" + port);
        worker.put("plugin.discovery", "service_load");
        final Connect<StandaloneHerder> connect = withoutShutdownHook(worker);
        for (final Map.Entry<String, Map<String, String>> connector : connectors.entrySet()) {
            final Map<String, String> config = new HashMap<>(connector.getValue());
            // After a run that was killed, its members are waited for no longer than the broker lets us choose.
            config.put("consumer.override.session.timeout.ms", "6000");
            config.put("consumer.override.heartbeat.interval.ms", "2000");
            final FutureCallback<Herder.Created<ConnectorInfo>> created = new FutureCallback<>();
            connect.herder().putConnectorConfig(connector.getKey(), config, true, created);
            created.get(60, TimeUnit.SECONDS);
        }
        return new ConnectWorker(connect, connectors.keySet());
    }

    /**
     * Connect's own shutdown hook would stop it beside whoever closes this worker, at the same time as broker and PostgreSQL, which
     * its tasks then wait for; and nobody could bound it. Whoever starts a worker closes it.
     */
    private static synchronized Connect<StandaloneHerder> withoutShutdownHook(Map<String, String> worker) {
        Exit.setShutdownHookAdder((name, hook) -> {});
        try {
            return new ConnectStandalone().startConnect(worker);
        } finally {
            Exit.resetShutdownHookAdder();
        }
    }

    /** Whether all tasks of a connector are paused: none has records at hand. */
    boolean isPaused(String connector) {
        return connect.herder().connectorStatus(connector).tasks().stream()
                .allMatch(task -> "PAUSED".equals(task.state()));
    }

    /** Pauses a connector, or resumes it. A task finishes first what it has at hand; see {@link #isPaused}. */
    void pause(String connector, boolean pause) {
        if (pause) {
            connect.herder().pauseConnector(connector);
        } else {
            connect.herder().resumeConnector(connector);
        }
    }

    private void restartFailed() {
        connectors.forEach(this::restartFailed);
    }

    private void restartFailed(String connector) {
        try {
            for (final ConnectorStateInfo.TaskState task :
                    connect.herder().connectorStatus(connector).tasks()) {
                if ("FAILED".equals(task.state())) {
                    LOG.warn(
                            "Task {} of {} failed, and is restarted: {}",
                            task.id(),
                            connector,
                            firstLine(task.trace()));
                    connect.herder().restartTask(new ConnectorTaskId(connector, task.id()), (error, result) -> {
                        if (error != null) {
                            LOG.warn("task {} of {} did not start: {}", task.id(), connector, error.toString());
                        }
                    });
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("Cannot check the sink's tasks", e);
        }
    }

    private static String firstLine(String trace) {
        return trace == null ? "" : trace.lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        watching.cancel(true);
        watch.shutdownNow();
        connect.stop();
        connect.awaitStop();
    }
}
