package org.usagestreams.operations.instances;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.settings.Settings;

class InstancesTest {
    @TempDir
    private Path folder;

    private final Map<String, List<MemberDescription>> groups = new HashMap<>();
    private Settings settings;

    @BeforeEach
    void set() {
        settings = Settings.of(Map.of("summary.state.dir", folder.toString(), "summary.instance.id", "p-1"));
    }

    private void member(String group, String instance, String client, int partitions) {
        groups.computeIfAbsent(group, name -> new ArrayList<>())
                .add(new MemberDescription(
                        client + "-id",
                        Optional.ofNullable(instance),
                        Optional.empty(),
                        client,
                        "/10.0.0.7",
                        new MemberAssignment(IntStream.range(0, partitions)
                                .mapToObj(number -> new TopicPartition("topic", number))
                                .collect(Collectors.toSet())),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private List<Instance> list() throws IOException {
        return new Instances(settings, group -> groups.getOrDefault(group, List.of())).list();
    }

    @Test
    void shouldSayOfEachKindThatNoneRuns() throws IOException {
        assertThat(list())
                .extracting(Instance::kind, Instance::state)
                .containsExactly(
                        tuple(Instance.Kind.SPLITTER, Instance.State.NONE),
                        tuple(Instance.Kind.PROCESSOR, Instance.State.NONE),
                        tuple(Instance.Kind.SINK, Instance.State.NONE),
                        tuple(Instance.Kind.SINK, Instance.State.NONE));
    }

    @Test
    void shouldPutTheThreadsOfAnInstanceTogether() throws IOException {
        member("usage-splitter", "host-0-0", "host-0-0", 3);
        member("usage-splitter", "host-0-1", "host-0-1", 2);
        member("usage-splitter", "other-1-0", "other-1-0", 1);
        member("usage-summary", null, "usage-summary-abc-StreamThread-1-consumer", 4);
        member("usage-summary", null, "usage-summary-abc-StreamThread-2-consumer", 5);
        member(settings.text("sink.summary.group.id"), null, "connector-consumer-sink-0", 12);
        assertThat(list().stream().filter(one -> one.state() == Instance.State.RUNNING))
                .containsExactly(
                        new Instance(Instance.Kind.SPLITTER, "host-0", "10.0.0.7", Instance.State.RUNNING, 2, 5),
                        new Instance(Instance.Kind.SPLITTER, "other-1", "10.0.0.7", Instance.State.RUNNING, 1, 1),
                        new Instance(
                                Instance.Kind.PROCESSOR, "usage-summary-abc", "10.0.0.7", Instance.State.RUNNING, 2, 9),
                        new Instance(
                                Instance.Kind.SINK,
                                "connector-consumer-sink-0",
                                "10.0.0.7",
                                Instance.State.RUNNING,
                                1,
                                12));
    }

    @Test
    void shouldNameASplitterAsItNamesItselfWhateverItsThreadsAreCalled() throws IOException {
        member("usage-splitter", "host-0-splitter-0", "host-0-splitter-0", 3);
        member("usage-splitter-large", "host-0-splitter-large-0", "host-0-splitter-large-0", 2);
        assertThat(list().stream().filter(one -> one.state() == Instance.State.RUNNING))
                .containsExactly(
                        new Instance(Instance.Kind.SPLITTER, "host-0", "10.0.0.7", Instance.State.RUNNING, 2, 5));
    }

    @Test
    void shouldShowAnInstanceThatLeftItsAddressAndDoesNotAnswerAsDead() throws IOException {
        member("usage-summary", "p-1-1", "p-1-1", 4);
        try (ServerSocket health = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final Path slot = Files.createDirectories(folder.resolve("instance-0"));
            Files.writeString(
                    slot.resolve("http.json"),
                    "{\"url\":\"http://127.0.0.1:1\",\"health\":\"http://127.0.0.1:" + health.getLocalPort()
                            + "\",\"token\":\"t\",\"certificate\":null}");
            assertThat(processors()).containsExactly(Instance.State.RUNNING);
        }
        assertThat(processors()).containsExactly(Instance.State.DEAD);
        groups.clear();
        assertThat(processors()).containsExactly(Instance.State.DEAD);
    }

    private Set<Instance.State> processors() throws IOException {
        return list().stream()
                .filter(one -> one.kind() == Instance.Kind.PROCESSOR)
                .map(Instance::state)
                .collect(Collectors.toSet());
    }
}
