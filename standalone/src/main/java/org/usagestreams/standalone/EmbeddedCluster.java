package org.usagestreams.standalone;

import io.minio.MinioClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.instance.RunningParts;
import org.usagestreams.settings.Settings;
import org.usagestreams.splitter.SplitterService;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.summarizer.loading.LoadWatch;
import org.usagestreams.topics.TopicRole;

/** The whole system in this process, started in order and ended in the reverse one. */
final class EmbeddedCluster implements AutoCloseable {
    private final RunningParts parts = new RunningParts();
    private final Options options;
    private final WorkFolder folder;
    private final Path directory;
    private final EmbeddedServices services = new EmbeddedServices();
    private Settings settings;
    private int kafkaPort;
    private int connectPort;
    private Broker broker;
    private Database postgres;
    private S3Endpoint s3;
    private MinioClient client;
    private ConnectWorker connect;
    private List<SinkDefinition> sinks = List.of();
    private NotificationSender notifications;
    private Consumer<BucketNotifications.Notification> listener = this::deliver;

    /**
     * How to start.
     *
     * @param data keeps everything over restarts; null for a temporary directory
     * @param settings settings that differ from the defaults, but for those that the cluster makes itself
     * @param tableSql statements that make the table, where it is not to be the plain one; null where it is
     * @param outside what is not to be started, because it is there
     */
    record Options(
            Path data,
            int kafkaPort,
            int postgresPort,
            int s3Port,
            int connectPort,
            Map<String, String> settings,
            String tableSql,
            ExternalParts outside) {
        /** All of its own. */
        Options(
                Path data,
                int kafkaPort,
                int postgresPort,
                int s3Port,
                int connectPort,
                Map<String, String> settings,
                String tableSql) {
            this(data, kafkaPort, postgresPort, s3Port, connectPort, settings, tableSql, ExternalParts.NOTHING);
        }

        /** Any free ports, nothing kept. */
        static Options temporary() {
            return new Options(null, 0, 0, 0, 0, Map.of(), null);
        }
    }

    private EmbeddedCluster(Options options) throws IOException {
        this.options = options;
        folder = WorkFolder.of(options.data());
        directory = folder.path();
    }

    /** Names of the steps of starting, in order. */
    static List<String> steps() {
        return List.of(
                "broker", "PostgreSQL", "topics and table", "S3 endpoint", "sink", "intake, splitter and topology");
    }

    /**
     * Starts everything.
     *
     * @param step hears of each step before it begins
     */
    static EmbeddedCluster start(Options options, Consumer<String> step) throws Exception {
        final EmbeddedCluster cluster = new EmbeddedCluster(options);
        try {
            cluster.start(step);
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    private void start(Consumer<String> step) throws Exception {
        add(folder).lock();
        parts.add(() -> options.outside().close().run());
        // Ports of what is there may be those that the cluster's own parts would take.
        final ExternalParts outside = options.outside();
        if (outside.bootstrapServers() == null) {
            kafkaPort = Ports.take(options.kafkaPort(), "Kafka", "--kafka-port");
        }
        final int postgresPort =
                outside.database() != null ? 0 : Ports.take(options.postgresPort(), "PostgreSQL", "--postgres-port");
        final int s3Port = outside.store() != null ? 0 : Ports.take(options.s3Port(), "S3", "--s3-port");
        connectPort = Ports.take(options.connectPort(), "Kafka Connect", "--connect-port");

        step.accept(steps().get(0));
        if (outside.bootstrapServers() == null) {
            parts.add(this::stopBroker);
            startBroker();
        }
        step.accept(steps().get(1));
        postgres = outside.database() != null ? outside.database() : startPostgres(postgresPort);
        settings = Settings.of(arrange(s3Port));

        step.accept(steps().get(2));
        sinks = ClusterSetup.sinks(settings);
        ClusterSetup.applyTopics(settings);
        ClusterSetup.makeTables(postgres, sinks, options.tableSql());

        step.accept(steps().get(3));
        notifications = add(
                new NotificationSender(settings.kafkaClient(), settings.topics().name(TopicRole.NOTIFICATIONS)));
        if (outside.store() == null) {
            parts.add(this::stopStore);
            startStore(s3Port);
        }
        client = ClusterSetup.bucket(settings);
        if (outside.store() != null) {
            outside.store().prepare().prepare(client, bucket());
        }

        step.accept(steps().get(4));
        parts.add(this::stopConnect);
        startConnect();
        step.accept(steps().get(5));
        parts.add(services);
        startServices();
    }

    private Postgres startPostgres(int port) throws IOException {
        return add(Postgres.start(
                Files.createDirectories(directory.resolve("postgres")),
                port,
                options.data() == null ? directory : null));
    }

    private Map<String, String> arrange(int s3Port) throws IOException {
        final ExternalParts outside = options.outside();
        final Map<String, String> arranged = ClusterSetup.settings(
                options.settings(),
                directory,
                outside.bootstrapServers() != null ? outside.bootstrapServers() : broker.bootstrapServers(),
                outside.store() != null ? outside.store().endpoint() : "http://127.0.0.1:" + s3Port,
                postgres.jdbcUrl());
        arranged.put("postgres.user", postgres.user());
        arranged.put("postgres.password", postgres.password());
        if (outside.store() != null) {
            arranged.put("store.access.key", outside.store().accessKey());
            arranged.put("store.secret.key", outside.store().secretKey());
        }
        return arranged;
    }

    /** Starts the cluster's broker, at first or after {@link #stopBroker}. */
    void startBroker() throws Exception {
        broker = Broker.start(Files.createDirectories(directory.resolve("kafka")), kafkaPort);
    }

    /** Stops the cluster's broker, if it runs; what it holds is kept. */
    void stopBroker() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }

    /** Starts the cluster's Connect worker, at first or after {@link #stopConnect}. */
    void startConnect() throws Exception {
        connect = ConnectWorker.start(
                directory.resolve("connect"), settings.kafkaClient(), connectPort, ClusterSetup.connectors(sinks));
    }

    /** Stops the cluster's Connect worker, if it runs. */
    void stopConnect() {
        if (connect != null) {
            connect.close();
            connect = null;
        }
    }

    /** Intake, splitter and processor, to start and stop each by itself. */
    EmbeddedServices services() {
        return services;
    }

    /** Starts intake, splitter and topology, at first or after {@link #stopServices}. */
    void startServices() {
        services.start(settings);
    }

    /** Stops intake, splitter and topology; what they have committed is kept. */
    void stopServices() {
        services.close();
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.add(part);
        return part;
    }

    /** Sends a notification as the bucket would: the upload does not wait for it. */
    void deliver(BucketNotifications.Notification notification) {
        notifications.send(notification);
    }

    /** Starts the S3 endpoint, at first or after {@link #stopStore}. */
    void startStore(int port) throws Exception {
        final Secret.StoreKeys keys = Secret.StoreKeys.of(directory);
        s3 = S3Endpoint.start(
                directory.resolve("s3"), port, keys.accessKey(), keys.secretKey(), event -> listener.accept(event));
    }

    /** Stops the S3 endpoint, if it runs; what it holds is kept. */
    void stopStore() throws IOException {
        if (s3 != null) {
            s3.close();
            s3 = null;
        }
    }

    /** Who hears the bucket from now on, instead of Kafka. */
    void listen(Consumer<BucketNotifications.Notification> newListener) {
        listener = newListener;
    }

    /** Waits until all notifications have reached Kafka. */
    void flushNotifications() {
        notifications.flush();
    }

    Settings settings() {
        return settings;
    }

    String bucket() {
        return settings.text("store.bucket");
    }

    MinioClient client() {
        return client;
    }

    Database postgres() {
        return postgres;
    }

    SplitterService splitter() {
        return services.splitter().splitter();
    }

    SummaryService summary() {
        return services.processor().summary();
    }

    LoadWatch loadWatch() {
        return services.processor().watch();
    }

    ConnectWorker connect() {
        return connect;
    }

    /** The address of Connect's REST interface. */
    String connectUrl() {
        return "http://127.0.0.1:" + connectPort;
    }

    /** All sinks, that of the summary first. */
    List<SinkDefinition> sinks() {
        return sinks;
    }

    String endpoint() {
        return settings.text("store.endpoint");
    }

    /** The summary table with its schema. */
    String table() {
        return "\"" + settings.text("postgres.schema") + "\".\"" + settings.text("postgres.table") + "\"";
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        parts.close();
    }
}
