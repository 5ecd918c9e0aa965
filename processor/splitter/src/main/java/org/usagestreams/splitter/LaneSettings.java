package org.usagestreams.splitter;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.nio.file.Path;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.settings.Settings;

/** The settings of the second lane, and of the quotas in the first; {@link SplitterSettings} has the others. */
final class LaneSettings {
    private static final SecondLane DEFAULTS = SecondLane.DEFAULTS;

    private LaneSettings() {}

    /** Adds them. */
    static void define(ConfigDef definition) {
        definition.define(
                "splitter.large.threads",
                INT,
                DEFAULTS.threads(),
                between(1, 64),
                MEDIUM,
                "Threads of the second lane, which split what the first lane hands on: large and slow objects, and those of"
                        + " sources over a quota. Each may take splitter.object.memory.bytes.");
        definition.define(
                "splitter.large.from.bytes",
                LONG,
                DEFAULTS.fromBytes(),
                atLeast(0),
                MEDIUM,
                "A larger object is handed on to the second lane.");
        definition.define(
                "splitter.large.from.ms",
                INT,
                (int) DEFAULTS.fromTime().toMillis(),
                between(50, 60_000),
                LOW,
                "A notification whose objects take longer in the first lane is handed on. It is also the"
                        + " timeout of the first lane's requests to the store.");
        definition.define(
                "splitter.large.from.memory.bytes",
                LONG,
                DEFAULTS.fromMemoryBytes(),
                atLeast(1 << 20),
                LOW,
                "An object that needs more memory to be read is handed on; see splitter.object.memory.bytes.");
        definition.define(
                "splitter.large.from.values",
                LONG,
                DEFAULTS.fromValues(),
                atLeast(1_000),
                LOW,
                "An object whose needed columns claim more values is handed on. A million line items of pods have 19"
                        + " million values.");
        definition.define(
                "splitter.large.from.text.bytes",
                LONG,
                DEFAULTS.fromTextBytes(),
                atLeast(1 << 10),
                LOW,
                "An object whose texts are decoded to more bytes is handed on; see splitter.object.text.base.bytes.");
        definition.define(
                "splitter.large.output.bytes",
                LONG,
                DEFAULTS.outputBytes(),
                atLeast(1 << 20),
                MEDIUM,
                "An object whose chunks take over this many bytes more than the object itself is rejected. The chunks are"
                        + " sent in one transaction, and readers see nothing of later transactions until it is committed.");
        definition.define(
                "splitter.large.dir",
                STRING,
                "",
                LOW,
                "Directory in which a thread of the second lane holds the chunks of an object until the object"
                        + " is read completely. It needs splitter.large.output.bytes and the bytes of the largest object for"
                        + " each thread. Empty: the directory for temporary files.");
        definition.define(
                "splitter.source.objects.per.minute",
                LONG,
                DEFAULTS.quota().objects(),
                atLeast(1),
                MEDIUM,
                "Maximum number of events of a source that the first lane of a process handles in a minute."
                        + " Further events are handed on.");
        definition.define(
                "splitter.source.bytes.per.minute",
                LONG,
                DEFAULTS.quota().bytes(),
                atLeast(1),
                MEDIUM,
                "Maximum number of stored bytes of a source's objects that the first lane of a process handles"
                        + " in a minute.");
        definition.define(
                "splitter.source.rows.per.minute",
                LONG,
                DEFAULTS.quota().rows(),
                atLeast(1),
                MEDIUM,
                "Maximum number of a source's line items that the first lane of a process handles in a minute.");
    }

    /** The second lane that they give. */
    static SecondLane second(Settings settings) {
        final String directory = settings.text("splitter.large.dir");
        return new SecondLane(
                settings.text("splitter.large.group.id"),
                settings.integer("splitter.large.threads"),
                settings.number("splitter.large.from.bytes"),
                settings.millis("splitter.large.from.ms"),
                settings.number("splitter.large.from.memory.bytes"),
                settings.number("splitter.large.from.values"),
                settings.number("splitter.large.from.text.bytes"),
                settings.number("splitter.large.output.bytes"),
                directory.isEmpty() ? null : Path.of(directory),
                new SourceQuota(
                        settings.number("splitter.source.objects.per.minute"),
                        settings.number("splitter.source.bytes.per.minute"),
                        settings.number("splitter.source.rows.per.minute")));
    }
}
