package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicSpec;
import picocli.CommandLine;

/**
 * What each principal may do in Kafka, and that all else is denied: a broker as {@code docker/compose.yaml} has it, users and ACLs
 * as {@code access apply} sets them from {@code access.yaml}, and compared with what Strimzi's {@code users.yaml} says.
 */
class KafkaAccessIT {
    @TempDir
    private static Path directory;

    private static ComposeKafka kafka;
    private static StrimziRights strimzi;

    @BeforeAll
    static void start() throws Exception {
        kafka = ComposeKafka.start(directory.resolve("kafka"));
        for (final String principal : KafkaUsers.ALL) {
            Files.writeString(directory.resolve("kafka-" + principal), secret(principal));
        }
        assertThat(access()).isZero();
        assertThat(run(operator(), "topics", "apply", "-s", "topics.partitions=1"))
                .isZero();
        strimzi = StrimziRights.shipped();
        assertThat(strimzi.principals()).containsExactlyInAnyOrderElementsOf(KafkaUsers.ALL);
    }

    /** As the service {@code users} of the file does it. */
    private static int access() {
        return run(
                Map.of("kafka.bootstrap.servers", kafka.address(9091)),
                "access",
                "apply",
                "--prune",
                "--passwords",
                directory.toString());
    }

    @AfterAll
    static void end() {
        if (kafka != null) {
            kafka.close();
        }
    }

    private static String secret(String principal) {
        return principal + "-s3cr3t";
    }

    private static Map<String, Object> as(String principal, String password) {
        return new HashMap<>(Map.of(
                "bootstrap.servers",
                kafka.address(9092),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + principal
                        + "\" password=\"" + password + "\";",
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                20_000));
    }

    private static Map<String, Object> as(String principal) {
        return as(principal, secret(principal));
    }

    private static Map<String, String> operator() {
        final Map<String, String> settings = new HashMap<>();
        as("operator").forEach((name, value) -> settings.put("kafka." + name, value.toString()));
        return settings;
    }

    private static int run(Map<String, String> settings, String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        settings.forEach((name, value) -> all.addAll(List.of("-s", name + "=" + value)));
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(new StringWriter()));
        return line.execute(all.toArray(String[]::new));
    }

    private static List<String> topics() {
        return TopicCatalog.shipped().all().stream().map(TopicSpec::name).toList();
    }

    @ParameterizedTest
    @FieldSource("org.usagestreams.standalone.KafkaUsers#ALL")
    void shouldAllowEachPrincipalOnEachTopicWhatStrimzisFileSaysAndNothingElse(String principal) throws Exception {
        try (Admin admin = Admin.create(as(principal))) {
            for (final String topic : topics()) {
                Set<AclOperation> found;
                try {
                    found = new TreeSet<>(admin.describeTopics(
                                    List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .allTopicNames()
                            .get()
                            .get(topic)
                            .authorizedOperations());
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).as(topic).isInstanceOf(TopicAuthorizationException.class);
                    found = Set.of();
                }
                assertThat(found).as(principal + " on " + topic).isEqualTo(strimzi.allowed(principal, "topic", topic));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("org.usagestreams.standalone.KafkaUsers#ALL")
    void shouldRefuseEachPrincipalToReadAndWriteEachOtherTopic(String principal) {
        try (KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(as(principal), new ByteArraySerializer(), new ByteArraySerializer());
                KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(as(principal), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            for (final String topic : topics()) {
                final Set<AclOperation> allowed = strimzi.allowed(principal, "topic", topic);
                if (!allowed.contains(AclOperation.WRITE)) {
                    assertThatThrownBy(() -> producer.send(new ProducerRecord<>(topic, new byte[1]))
                                    .get())
                            .as(principal + " writes to " + topic)
                            // Of the cluster, where it may write to no topic at all.
                            .rootCause()
                            .isInstanceOf(AuthorizationException.class);
                }
                if (!allowed.contains(AclOperation.READ)) {
                    consumer.assign(List.of(new TopicPartition(topic, 0)));
                    assertThatThrownBy(() -> {
                                consumer.seekToBeginning(consumer.assignment());
                                consumer.poll(Duration.ofSeconds(20));
                            })
                            .as(principal + " reads " + topic)
                            .isInstanceOf(TopicAuthorizationException.class);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("org.usagestreams.standalone.KafkaUsers#ALL")
    void shouldRefuseEachPrincipalTheGroupsAndTransactionsOfOthers(String principal) throws Exception {
        try (Admin admin = Admin.create(as(principal))) {
            for (final String group : List.of(
                    "usage-intake",
                    "usage-intake-unpack",
                    "usage-intake-announcements",
                    "usage-intake-announcement-retries",
                    "usage-splitter",
                    "usage-summary",
                    "usage-connect",
                    "connect-usage-upload-ledger-sink",
                    "x")) {
                if (!strimzi.allowed(principal, "group", group).contains(AclOperation.DESCRIBE)) {
                    assertThatThrownBy(() -> admin.listConsumerGroupOffsets(group)
                                    .partitionsToOffsetAndMetadata()
                                    .get())
                            .as(principal + " and group " + group)
                            .hasCauseInstanceOf(GroupAuthorizationException.class);
                }
            }
        }
        for (final String id :
                List.of("usage-intake:x", "usage-splitter:x", "usage-summary-x", "usage-connect-x", "x")) {
            final Map<String, Object> config = as(principal);
            config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
                if (strimzi.allowed(principal, "transactionalId", id).contains(AclOperation.WRITE)) {
                    producer.initTransactions();
                } else {
                    assertThatThrownBy(producer::initTransactions)
                            .as(principal + " and transactional id " + id)
                            .isInstanceOf(TransactionalIdAuthorizationException.class);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource("org.usagestreams.standalone.KafkaUsers#ALL")
    void shouldLetNobodyAdministerTheCluster(String principal) throws Exception {
        try (Admin admin = Admin.create(as(principal))) {
            assertThat(admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                            .authorizedOperations()
                            .get())
                    .isEqualTo(strimzi.allowed(principal, "cluster", "kafka-cluster"));
            assertThatThrownBy(() ->
                            admin.createAcls(List.of(anything(principal))).all().get())
                    .hasCauseInstanceOf(ClusterAuthorizationException.class);
            assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic("other", 1, (short) 1)))
                            .all()
                            .get())
                    .hasCauseInstanceOf(AuthorizationException.class);
        }
    }

    private static AclBinding anything(String principal) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL),
                new AccessControlEntry("User:" + principal, "*", AclOperation.ALL, AclPermissionType.ALLOW));
    }

    @Test
    void shouldRefuseWhoShowsNoPasswordOrAWrongOne() {
        try (Admin admin = Admin.create(as("operator", "guess"))) {
            assertThatThrownBy(() -> admin.listTopics().names().get())
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
        final Map<String, Object> plain = Map.of(
                "bootstrap.servers", kafka.address(9092), "default.api.timeout.ms", 5_000, "request.timeout.ms", 4_000);
        try (Admin admin = Admin.create(plain)) {
            assertThatThrownBy(() -> admin.listTopics().names().get()).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void shouldTakeFromPrincipalsWhatTheyNeedNoMore() throws Exception {
        final AclBinding old = anything("splitter");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.address(9091)))) {
            admin.createAcls(List.of(old)).all().get();
            assertThat(access()).isZero();
            assertThat(admin.describeAcls(old.toFilter()).values().get()).isEmpty();
        }
        shouldAllowEachPrincipalOnEachTopicWhatStrimzisFileSaysAndNothingElse("splitter");
    }
}
