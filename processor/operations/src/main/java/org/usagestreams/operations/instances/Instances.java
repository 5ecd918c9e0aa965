package org.usagestreams.operations.instances;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.settings.Settings;

/**
 * The instances of an installation: the members of its consumer groups on all hosts, and those of this host that have died. An
 * instance that ends in order removes its address from its folder; the address of one that was killed stays there, and nobody
 * answers at it. Thread-safe.
 */
public final class Instances {
    /** What follows an instance's name in those of its threads: a splitter has threads of two lanes. */
    private static final Pattern THREAD = Pattern.compile("(-StreamThread|(-splitter)?(-large)?)-\\d+(-consumer)?$");

    private static final String SLOT = "instance-";
    private static final int ANSWERS_WITHIN_MILLIS = 2_000;

    private final Settings settings;
    private final Function<String, Collection<MemberDescription>> members;

    /** Asks this broker. */
    public Instances(Settings settings, Admin admin) {
        this(settings, group -> members(admin, group));
    }

    /** @param members those of a group; none where there is no such group */
    Instances(Settings settings, Function<String, Collection<MemberDescription>> members) {
        this.settings = settings;
        this.members = members;
    }

    /**
     * All of them, by kind and name. A kind of which none runs has one entry that says so.
     *
     * @throws KafkaException where the broker does not answer
     * @throws IOException where a folder of this host cannot be read
     */
    public List<Instance> list() throws IOException {
        final List<Instance> all = new ArrayList<>();
        all.addAll(of(
                Instance.Kind.SPLITTER,
                dead("splitter.instance.dir", "splitter.instance.id"),
                "splitter.group.id",
                "splitter.large.group.id"));
        all.addAll(of(
                Instance.Kind.PROCESSOR, dead("summary.state.dir", "summary.instance.id"), "summary.application.id"));
        all.addAll(of(Instance.Kind.SINK, List.of(), "sink.summary.group.id"));
        all.addAll(of(Instance.Kind.SINK, List.of(), "sink.ledger.group.id"));
        return all;
    }

    private Collection<Instance> of(Instance.Kind kind, List<String> dead, String... groups) {
        final Map<String, Instance> found = new TreeMap<>();
        for (final String group : groups) {
            for (final MemberDescription member : members.apply(settings.text(group))) {
                final Instance instance = new Instance(
                        kind,
                        name(kind, member),
                        member.host().replaceFirst("^/", ""),
                        Instance.State.RUNNING,
                        1,
                        member.assignment().topicPartitions().size());
                found.merge(instance.name(), instance, Instance::and);
            }
        }
        // The broker counts them as members until their session ends.
        dead.forEach(name -> found.merge(
                name,
                new Instance(kind, name, hostName(), Instance.State.DEAD, 0, 0),
                (member, gone) -> new Instance(
                        kind, name, member.host(), Instance.State.DEAD, member.threads(), member.partitions())));
        return found.isEmpty()
                ? List.of(new Instance(kind, "group " + settings.text(groups[0]), "", Instance.State.NONE, 0, 0))
                : found.values();
    }

    private static String name(Instance.Kind kind, MemberDescription member) {
        final String name = member.groupInstanceId().orElse(member.clientId());
        return kind == Instance.Kind.SINK ? name : THREAD.matcher(name).replaceFirst("");
    }

    private static Collection<MemberDescription> members(Admin admin, String group) {
        try {
            return admin.describeConsumerGroups(List.of(group))
                    .describedGroups()
                    .get(group)
                    .get()
                    .members();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of();
            }
            throw new KafkaException(
                    "Cannot describe the group " + group + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The names of those that have left their address in a folder, and do not answer there. */
    private List<String> dead(String folder, String id) throws IOException {
        final List<String> dead = new ArrayList<>();
        // Null where the service's settings are not on the class path.
        final Path slots = settings.text(folder) == null ? null : Path.of(settings.text(folder));
        if (slots != null && Files.isDirectory(slots)) {
            final List<Path> all;
            try (Stream<Path> inside = Files.list(slots)) {
                all = inside.sorted().toList();
            }
            for (final Path slot : all) {
                final Path file = slot.resolve(HttpInterface.FILE);
                if (Files.exists(file) && !answers(HttpInterface.Address.read(file))) {
                    final String number = String.valueOf(slot.getFileName()).replace(SLOT, "");
                    final String configured = settings.text(id);
                    dead.add(configured.isEmpty() ? hostName() + "-" + number : configured);
                }
            }
        }
        return dead;
    }

    private static boolean answers(HttpInterface.Address address) {
        final URI health = URI.create(address.health());
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(health.getHost(), health.getPort()), ANSWERS_WITHIN_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
