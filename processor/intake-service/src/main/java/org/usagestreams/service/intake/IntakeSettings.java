package org.usagestreams.service.intake;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidList.anyNonDuplicateValues;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.intake.PayloadLimits;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsGroup;

/** How intakes work, and what they take. */
public final class IntakeSettings implements SettingsGroup {
    private static final PayloadLimits LIMITS = PayloadLimits.DEFAULTS;

    @Override
    public String title() {
        return "Intake";
    }

    @Override
    public int order() {
        return 11;
    }

    @Override
    public List<String> prefixes() {
        return List.of("intake.");
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                "intake.instance.id",
                STRING,
                "",
                MEDIUM,
                "Name of this instance; see splitter.instance.id. Empty: the host's name and the number of the instance on"
                        + " it.");
        definition.define(
                "intake.instance.dir",
                STRING,
                "state/intake",
                MEDIUM,
                "Directory in which the intakes of a host lock their numbers and unpack payloads. Each thread"
                        + " needs disk space for intake.payload.bytes and intake.output.bytes.");
        definition.define(
                "intake.threads",
                INT,
                1,
                between(1, 64),
                HIGH,
                "Threads that unpack payloads, those of a cluster one after the other. Each has a second thread"
                        + " that writes Parquet, and may use four times intake.memory.bytes.");
        definition.define(
                "intake.transaction.timeout.ms",
                INT,
                60_000,
                atLeast(1_000),
                LOW,
                "The broker aborts a transaction of an intake after this time. It must not be larger than the broker's"
                        + " transaction.max.timeout.ms.");
        definition.define(
                "intake.retry.first.ms",
                INT,
                200,
                atLeast(1),
                LOW,
                "First pause before the store or the broker is tried again. It doubles with each attempt.");
        definition.define(
                "intake.retry.longest.ms",
                INT,
                30_000,
                atLeast(1),
                LOW,
                "Longest pause before the store or the broker is tried again.");
        waits(definition);
        announcements(definition);
        limits(definition);
    }

    private static void waits(ConfigDef definition) {
        definition.define(
                "intake.cluster.wait.ms",
                LONG,
                604_800_000L,
                between(0, 2_592_000_000L),
                MEDIUM,
                "How long a payload of an unknown cluster waits for the cluster to be registered before it is"
                        + " FAILED. At most the retention of the dead letter topic.");
        definition.define(
                "intake.cluster.wait.payloads",
                INT,
                10_000,
                between(0, 1_000_000),
                LOW,
                "Maximum number of payloads that wait for their clusters. Further payloads are FAILED"
                        + " immediately.");
        definition.define(
                "intake.cluster.wait.bytes",
                LONG,
                10L << 30,
                atLeast(0),
                LOW,
                "Maximum total size in bytes of payloads that wait for their clusters.");
        definition.define(
                "intake.aside.ms",
                LONG,
                600_000L,
                between(1, 86_400_000L),
                LOW,
                "Pause before a payload that cannot be read is tried again, if other payloads can be read. It"
                        + " is tried for intake.cluster.wait.ms in all.");
    }

    private static void announcements(ConfigDef definition) {
        definition.define(
                "intake.announce.hosts",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                HIGH,
                "Hosts from which announced payloads may be fetched, each as name or name:port. Empty:"
                        + " announcements are not read.");
        definition.define(
                "intake.announce.service",
                STRING,
                "hccm",
                LOW,
                "Announcements with another value of the header service are skipped.");
        definition.define(
                "intake.announce.organisation.prefix",
                STRING,
                "org",
                LOW,
                "Prefix of an announcement's org_id that makes the name of its organisation.");
        definition.define(
                "intake.announce.ca.file",
                STRING,
                "",
                MEDIUM,
                "PEM file of the certificates to trust when payloads are fetched over https. Empty: those of"
                        + " the JVM.");
        definition.define(
                "intake.announce.first.ms",
                INT,
                2_000,
                between(100, 3_600_000),
                LOW,
                "Timeout for the first attempt to fetch an announced payload. An announcement for which it fails is"
                        + " tried again on a topic of its own, and does not delay others.");
        definition.define(
                "intake.announce.fetch.ms",
                INT,
                300_000,
                between(100, 3_600_000),
                LOW,
                "Timeout for each further attempt to fetch an announced payload.");
        definition.define(
                "intake.announce.retry.ms",
                LONG,
                3_600_000L,
                between(0, 86_400_000L),
                LOW,
                "An announcement is refused if its payload could not be fetched for this long.");
    }

    private static void limits(ConfigDef definition) {
        definition.define("intake.payload.bytes", LONG, 1L << 30, atLeast(1), MEDIUM, "A larger payload is refused.");
        definition.define(
                "intake.payload.ms",
                INT,
                300_000,
                between(1_000, 3_600_000),
                LOW,
                "A payload that takes longer to read and unpack is refused.");
        definition.define(
                "intake.members",
                INT,
                LIMITS.members(),
                atLeast(1),
                LOW,
                "Maximum number of members of a payload's archive.");
        definition.define(
                "intake.unpacked.bytes",
                LONG,
                LIMITS.unpackedBytes(),
                atLeast(1),
                LOW,
                "Maximum size in bytes of a payload's unpacked contents.");
        definition.define(
                "intake.unpacked.ratio",
                INT,
                LIMITS.ratio(),
                atLeast(1),
                LOW,
                "Maximum number of unpacked bytes for each byte of the archive, beyond 64 MiB.");
        definition.define(
                "intake.manifest.bytes",
                INT,
                LIMITS.manifestBytes(),
                atLeast(1),
                LOW,
                "Maximum size in bytes of a payload's manifest.");
        definition.define(
                "intake.columns", INT, LIMITS.columns(), atLeast(1), LOW, "Maximum number of columns of a CSV file.");
        definition.define(
                "intake.line.bytes",
                INT,
                LIMITS.lineBytes(),
                atLeast(1_024),
                LOW,
                "Maximum size in bytes of a line of a CSV file.");
        definition.define(
                "intake.dates", INT, LIMITS.dates(), atLeast(1), LOW, "Maximum number of usage dates of a payload.");
        definition.define(
                "intake.memory.bytes",
                LONG,
                LIMITS.memoryBytes(),
                atLeast(1 << 20),
                LOW,
                "Maximum memory in bytes for rows that wait to be written. If it is reached, row groups get"
                        + " smaller.");
        definition.define(
                "intake.output.bytes",
                LONG,
                LIMITS.outputBytes(),
                atLeast(1),
                LOW,
                "Maximum size in bytes of the Parquet files that a payload becomes.");
    }

    /** Bounds of a payload. */
    static PayloadLimits payload(Settings settings) {
        return new PayloadLimits(
                settings.integer("intake.members"),
                settings.number("intake.unpacked.bytes"),
                settings.integer("intake.unpacked.ratio"),
                LIMITS.ratioFreeBytes(),
                settings.integer("intake.manifest.bytes"),
                settings.integer("intake.columns"),
                settings.integer("intake.line.bytes"),
                settings.integer("intake.dates"),
                settings.number("intake.memory.bytes"),
                settings.number("intake.output.bytes"),
                LIMITS.rowGroupRows());
    }
}
