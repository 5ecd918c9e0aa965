package org.usagestreams.simulation.streams;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.summarizer.SummaryTopology;
import org.usagestreams.summarizer.TopologySettings;
import org.usagestreams.topics.TopicCatalog;

/** Instances of the topology on a broker, and their state directories, which outlive them. */
public final class SummaryInstallation {
    /** The application's id, and its group's. */
    public static final String APPLICATION = "usage-summary";

    private static final int RECORD_BYTES = 6_000;

    private final SimulatedBroker broker;
    private final int ledgerVersions;
    private TopicCatalog topics;
    private final Map<String, SimulatedStreams.StateDirectory> disks = new TreeMap<>();

    /**
     * An installation without instances.
     *
     * @param ledgerVersions most versions of an object that the ledger's state remembers
     */
    public SummaryInstallation(SimulatedBroker broker, TopicCatalog topics, int ledgerVersions) {
        this.broker = broker;
        this.topics = topics;
        this.ledgerVersions = ledgerVersions;
    }

    /** A new instance with one stream thread, on the disk of its name. */
    public SimulatedStreams start(Host host, String name) {
        final StreamsOptions options = new StreamsOptions(
                APPLICATION,
                name,
                1,
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(60),
                RECORD_BYTES,
                Duration.ofDays(1),
                Duration.ofHours(12),
                5);
        return new SimulatedStreams(
                broker,
                host,
                options,
                wiring(host),
                disks.computeIfAbsent(name, n -> new SimulatedStreams.StateDirectory()));
    }

    /** What is started from now on has these topics. */
    public void use(TopicCatalog other) {
        topics = other;
    }

    /** Loses the disk of an instance that does not run. */
    public void loseDisk(String name) {
        disks.remove(name);
    }

    private Wiring wiring(Host host) {
        final TopologySettings d = TopologySettings.DEFAULTS;
        final RecordingTopology topology = new RecordingTopology();
        SummaryTopology.fill(
                topology,
                topics,
                d.withLimits(RECORD_BYTES / 2, ledgerVersions),
                new HostTime(host),
                new BrokerProgress(broker, APPLICATION, topics),
                false);
        return topology.wiring();
    }
}
