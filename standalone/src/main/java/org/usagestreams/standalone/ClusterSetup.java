package org.usagestreams.standalone;

import io.minio.BucketExistsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicRole;

/** What a system of our own making needs besides running parts: settings, topics, tables, a bucket. */
final class ClusterSetup {
    private ClusterSetup() {}

    /**
     * The settings of a system.
     *
     * @param chosen those that differ from the defaults, but for those that are made here
     * @param directory of the system, which has the store's keys
     */
    static Map<String, String> settings(
            Map<String, String> chosen, Path directory, String bootstrapServers, String endpoint, String jdbcUrl)
            throws IOException {
        final Map<String, String> merged = new TreeMap<>();
        merged.put("topics.partitions", "4");
        // Several systems may stand side by side.
        merged.put("intake.http.port", "0");
        merged.put("intake.health.port", "0");
        merged.put("splitter.http.port", "0");
        merged.put("summary.http.port", "0");
        merged.put("splitter.health.port", "0");
        merged.put("summary.health.port", "0");
        // One instance, and no other that could keep a copy.
        merged.put("summary.standby.replicas", "0");
        merged.putAll(chosen);
        merged.put("kafka.bootstrap.servers", bootstrapServers);
        merged.put("store.endpoint", endpoint);
        final Secret.StoreKeys keys = Secret.StoreKeys.of(directory);
        merged.put("store.access.key", keys.accessKey());
        merged.put("store.secret.key", keys.secretKey());
        merged.put("summary.state.dir", directory.resolve("state").toString());
        merged.put("intake.instance.dir", directory.resolve("intake").toString());
        merged.put("splitter.instance.dir", directory.resolve("splitter").toString());
        merged.put("postgres.url", jdbcUrl);
        merged.put("postgres.user", Postgres.USER);
        return merged;
    }

    /** All sinks, that of the summary first. */
    static List<SinkDefinition> sinks(Settings settings) {
        final List<SinkDefinition> sinks = new ArrayList<>();
        for (final String name : SinkDefinition.SINKS) {
            sinks.add(new SinkDefinition(
                    name, settings::reference, role -> settings.topics().name(TopicRole.valueOf(role))));
        }
        return sinks;
    }

    /** The connectors of the sinks, by name. */
    static Map<String, Map<String, String>> connectors(List<SinkDefinition> sinks) {
        return sinks.stream().collect(Collectors.toMap(SinkDefinition::name, SinkDefinition::config));
    }

    /** Makes the topics; fails where some are there and differ. */
    static void applyTopics(Settings settings) {
        try (Admin admin = Admin.create(settings.kafkaClient())) {
            final List<TopicAdmin.Difference> left =
                    new TopicAdmin(admin).apply(settings.topics().all(), (short) 1);
            if (!left.isEmpty()) {
                throw new IllegalStateException("existing topics differ: " + left);
            }
        }
    }

    /**
     * Makes the tables.
     *
     * @param tableSql that of the summary, where it is not to be the plain one; else null
     */
    static void makeTables(Database postgres, List<SinkDefinition> sinks, String tableSql) throws SQLException {
        for (final SinkDefinition sink : sinks) {
            postgres.execute(tableSql != null && sink == sinks.get(0) ? tableSql : sink.tableSql());
            postgres.execute(sink.statusSql());
        }
    }

    /** A client of the store, whose bucket is there. */
    static MinioClient bucket(Settings settings) throws Exception {
        final MinioClient client = StoreSettings.client(settings);
        final String bucket = settings.text("store.bucket");
        if (!client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build())) {
            client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
        }
        return client;
    }
}
