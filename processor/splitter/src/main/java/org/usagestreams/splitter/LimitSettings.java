package org.usagestreams.splitter;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;

import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.settings.Settings;

/** The settings that bound an object, and the memory that reading it takes: those of {@link SplitterSettings}. */
final class LimitSettings {
    private static final SplitLimits DEFAULTS = SplitLimits.DEFAULTS;

    private LimitSettings() {}

    /** Adds them. */
    static void define(ConfigDef definition) {
        definition.define(
                "splitter.batch.rows",
                INT,
                DEFAULTS.batchRows(),
                between(1, 1 << 22),
                MEDIUM,
                "Rows of a row group that are decoded at once.");
        definition.define(
                "splitter.batch.bytes",
                LONG,
                DEFAULTS.batchBytes(),
                atLeast(1 << 20),
                MEDIUM,
                "Memory for the decoded rows of a batch, in bytes: half for the fixed size of the rows, half"
                        + " for their texts. A batch with larger texts has fewer rows.");
        definition.define(
                "splitter.chunk.rows",
                INT,
                DEFAULTS.chunkRows(),
                between(1, 1 << 20),
                MEDIUM,
                "Maximum number of rows of a chunk.");
        definition.define(
                "splitter.chunk.bytes",
                INT,
                DEFAULTS.chunkBytes(),
                between(256 << 10, 900_000),
                MEDIUM,
                "Maximum size in bytes of a chunk's columns before compression.");
        definition.define(
                "splitter.label.bytes",
                INT,
                DEFAULTS.labelBytes(),
                between(256, 64 << 10),
                LOW,
                "A longer label text is unreadable.");
        definition.define(
                "splitter.name.bytes",
                INT,
                DEFAULTS.nameBytes(),
                between(253, 8 << 10),
                LOW,
                "A row with a longer name is dropped.");
        definition.define(
                "splitter.page.bytes",
                INT,
                DEFAULTS.pageBytes(),
                between(1 << 20, 1 << 30),
                LOW,
                "An object with a larger page, uncompressed, is rejected.");
        definition.define(
                "splitter.object.memory.bytes",
                LONG,
                DEFAULTS.memoryBytes(),
                atLeast(1 << 20),
                MEDIUM,
                "An object is rejected if reading it needs more memory than this: a page of each column and the"
                        + " dictionaries, uncompressed, and a batch of decoded rows. The stored row group of a thread is"
                        + " not included.");
        definition.define(
                "splitter.footer.bytes",
                INT,
                DEFAULTS.footerBytes(),
                between(64 << 10, 256 << 20),
                LOW,
                "An object with a larger footer is rejected.");
        definition.define(
                "splitter.object.values",
                LONG,
                DEFAULTS.objectValues(),
                atLeast(1_000),
                LOW,
                "An object whose needed columns claim more values than this is rejected, because reading them"
                        + " takes longer than splitter.transaction.timeout.ms allows.");
        definition.define(
                "splitter.object.values.base",
                LONG,
                DEFAULTS.values().base(),
                atLeast(1_000),
                LOW,
                "An object is rejected if its needed columns claim more values than this plus"
                        + " splitter.object.values.per.byte for each byte of its size. A few bytes can claim billions of"
                        + " values.");
        definition.define(
                "splitter.object.values.per.byte",
                LONG,
                DEFAULTS.values().perByte(),
                between(0, 1_000_000),
                LOW,
                "Values for each byte of an object's size; see splitter.object.values.base.");
        definition.define(
                "splitter.object.text.base.bytes",
                LONG,
                DEFAULTS.text().base(),
                atLeast(1 << 20),
                LOW,
                "An object is rejected if its decoded texts have more bytes than this plus"
                        + " splitter.object.text.per.byte for each byte of its size. A text in a dictionary is decoded"
                        + " once for each batch, a text in a map each time.");
        definition.define(
                "splitter.object.text.per.byte",
                LONG,
                DEFAULTS.text().perByte(),
                between(0, 1_000_000),
                LOW,
                "Bytes of decoded text for each byte of an object's size; see splitter.object.text.base.bytes.");
        definition.define(
                "splitter.row.group.bytes",
                LONG,
                DEFAULTS.rowGroupBytes(),
                atLeast(1 << 20),
                LOW,
                "An object is rejected if the needed columns of one row group are larger than this, as stored.");
        definition.define(
                "splitter.dates",
                INT,
                DEFAULTS.dates(),
                between(1, 1_000),
                LOW,
                "An object with more usage dates is rejected.");
    }

    /** The limits that they give. */
    static SplitLimits limits(Settings settings) {
        return new SplitLimits(
                settings.integer("splitter.batch.rows"),
                settings.number("splitter.batch.bytes"),
                settings.integer("splitter.chunk.rows"),
                settings.integer("splitter.chunk.bytes"),
                settings.integer("splitter.label.bytes"),
                settings.integer("splitter.name.bytes"),
                settings.integer("splitter.page.bytes"),
                settings.number("splitter.object.memory.bytes"),
                settings.integer("splitter.footer.bytes"),
                settings.number("splitter.object.values"),
                settings.number("splitter.row.group.bytes"),
                settings.integer("splitter.dates"),
                new SizeAllowance(
                        settings.number("splitter.object.values.base"),
                        settings.number("splitter.object.values.per.byte")),
                new SizeAllowance(
                        settings.number("splitter.object.text.base.bytes"),
                        settings.number("splitter.object.text.per.byte")),
                SplitLimits.DEFAULTS.laneValues(),
                SplitLimits.DEFAULTS.laneTextBytes());
    }
}
