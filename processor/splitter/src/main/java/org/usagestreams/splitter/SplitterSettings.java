package org.usagestreams.splitter;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.consumer.GroupThreads;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsGroup;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicRole;

/** How splitters work; {@link LimitSettings} has the bounds of an object. */
public final class SplitterSettings implements SettingsGroup {
    private static final ObjectTime OBJECT_TIME = ObjectTime.DEFAULTS;
    private static final AsidePolicy ASIDE = AsidePolicy.DEFAULTS;

    @Override
    public String title() {
        return "Splitter";
    }

    @Override
    public int order() {
        return 3;
    }

    @Override
    public List<String> prefixes() {
        return List.of("splitter.");
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                "splitter.instance.id",
                STRING,
                "",
                MEDIUM,
                "Name of this instance, from which the names of its transactions and its static membership are"
                        + " derived. Each instance needs a different name, which stays the same after a restart. Empty:"
                        + " the host name and the number of the instance on the host.");
        definition.define(
                "splitter.instance.dir",
                STRING,
                "state/splitter",
                LOW,
                "Directory in which the splitters of a host lock their numbers.");
        definition.define(
                "splitter.threads", INT, 1, between(1, 64), HIGH, "Threads of the first lane, which split objects.");
        definition.define(
                "splitter.poll.records",
                INT,
                100,
                between(1, 10_000),
                LOW,
                "Maximum number of notifications in a poll.");
        definition.define(
                "splitter.buffer.bytes",
                INT,
                8 << 20,
                between(1 << 20, 256 << 20),
                MEDIUM,
                "Bytes of an object's chunks that a thread holds in memory until the object is read completely."
                        + " The first lane hands on an object with more; the second lane holds the rest in a file.");
        definition.define(
                "splitter.producer.bytes",
                INT,
                8 << 20,
                between(2 << 20, 256 << 20),
                LOW,
                "Maximum number of bytes that a splitter thread has in flight to the broker. Beyond it, the"
                        + " thread waits.");
        definition.define(
                "splitter.transaction.ms",
                INT,
                100,
                between(1, 10_000),
                MEDIUM,
                "Maximum time for which small objects share a transaction.");
        definition.define(
                "splitter.transaction.timeout.ms",
                INT,
                300_000,
                between(10_000, 900_000),
                LOW,
                "The broker aborts a transaction after this time. At most the broker's"
                        + " transaction.max.timeout.ms. Splitting one object may take up to three quarters of it.");
        definition.define(
                "splitter.object.base.ms",
                INT,
                (int) OBJECT_TIME.base().toMillis(),
                between(1_000, 900_000),
                LOW,
                "An attempt to split an object may take this long, plus its size divided by"
                        + " splitter.object.bytes.per.second; at most three quarters of splitter.transaction.timeout.ms.");
        definition.define(
                "splitter.object.bytes.per.second",
                LONG,
                OBJECT_TIME.bytesPerSecond(),
                atLeast(1),
                LOW,
                "Minimum throughput that is expected of the store and the splitter; see" + " splitter.object.base.ms.");
        definition.define(
                "splitter.object.attempts",
                INT,
                OBJECT_TIME.attempts(),
                between(1, 100),
                LOW,
                "Number of attempts that may take too long before an object is FAILED.");
        definition.define(
                "splitter.retry.first.ms",
                INT,
                200,
                atLeast(1),
                LOW,
                "First pause before the store or the broker is tried again. It doubles with each attempt.");
        definition.define(
                "splitter.retry.longest.ms",
                INT,
                30_000,
                atLeast(1),
                LOW,
                "Longest pause before the store or the broker is tried again.");
        definition.define(
                "splitter.event.future.ms",
                LONG,
                EventPolicy.DEFAULTS.future().toMillis(),
                between(0, 31_536_000_000L),
                LOW,
                "An event whose time is further in the future than this is refused and becomes a dead letter.");
        definition.define(
                "splitter.aside.first.ms",
                LONG,
                ASIDE.first().toMillis(),
                between(1, 86_400_000L),
                LOW,
                "First pause before an object that cannot be read is tried again, if other objects can be read."
                        + " It doubles with each attempt.");
        definition.define(
                "splitter.aside.longest.ms",
                LONG,
                ASIDE.longest().toMillis(),
                between(1, 86_400_000L),
                LOW,
                "Longest pause before an object that cannot be read is tried again.");
        definition.define(
                "splitter.aside.total.ms",
                LONG,
                ASIDE.total().toMillis(),
                atLeast(0),
                LOW,
                "An object that could not be read for this long is FAILED. It is still tried again.");
        definition.define(
                "splitter.aside.appear.ms",
                LONG,
                ASIDE.appear().toMillis(),
                between(0, 86_400_000L),
                LOW,
                "If the store does not have an object within this time after its creation event, the object is"
                        + " tried again, because an eventually consistent store may not show it yet.");
        definition.define(
                "splitter.aside.open",
                INT,
                ASIDE.open(),
                between(1, 1_000_000),
                LOW,
                "Maximum number of objects that the splitter keeps in memory to try them again. Further objects"
                        + " follow when there is room.");
        LaneSettings.define(definition);
        LimitSettings.define(definition);
    }

    /** The limits of an object. */
    public static SplitLimits limits(Settings settings) {
        return LimitSettings.limits(settings);
    }

    /** The time that splitting an object may take. */
    public static ObjectTime objectTime(Settings settings) {
        return ObjectTime.within(
                settings.millis("splitter.object.base.ms"),
                settings.number("splitter.object.bytes.per.second"),
                settings.integer("splitter.object.attempts"),
                settings.millis("splitter.transaction.timeout.ms"));
    }

    /** Which objects are processed, and what becomes of those that cannot be read. */
    static SplitPolicy policy(Settings settings, SourceOwners owners, ReadmittedDays readmitted) {
        return new SplitPolicy(
                StoreSettings.filter(settings),
                "keep".equals(settings.text("objects.removals")),
                settings.integer("retention.days"),
                new AsidePolicy(
                        settings.millis("splitter.aside.first.ms"),
                        settings.millis("splitter.aside.longest.ms"),
                        settings.millis("splitter.aside.total.ms"),
                        settings.millis("splitter.aside.appear.ms"),
                        settings.integer("splitter.aside.open")),
                settings.text("store.bucket"),
                new EventPolicy(StoreSettings.buckets(settings), settings.millis("splitter.event.future.ms")),
                owners,
                readmitted);
    }

    /**
     * A splitter, not started.
     *
     * @param instance its name, which no other running splitter may have
     * @param owners whose sources are whose
     * @param readmitted days that were taken back
     * @throws RuntimeException if its topics are missing or differ from the catalog
     */
    public static SplitterService service(
            Settings settings, String instance, SourceOwners owners, ReadmittedDays readmitted) {
        TopicAdmin.require(
                settings.kafkaClient(),
                settings.topics(),
                List.of(
                        TopicRole.NOTIFICATIONS,
                        TopicRole.MARKED_NOTIFICATIONS,
                        TopicRole.LARGE_OBJECTS,
                        TopicRole.CHUNKS,
                        TopicRole.OBJECTS,
                        TopicRole.DEAD_LETTERS,
                        TopicRole.READMISSIONS));
        final SecondLane second = LaneSettings.second(settings);
        return new SplitterService(
                new SplitterService.Options(
                        settings.kafkaClient(),
                        settings.text("splitter.group.id"),
                        instance,
                        settings.millis("instance.session.ms"),
                        settings.integer("splitter.threads"),
                        settings.integer("splitter.poll.records"),
                        settings.integer("splitter.buffer.bytes"),
                        settings.integer("splitter.producer.bytes"),
                        settings.integer("store.read.ahead.bytes"),
                        settings.millis("splitter.transaction.ms"),
                        settings.millis("splitter.transaction.timeout.ms"),
                        objectTime(settings),
                        settings.millis("splitter.retry.first.ms"),
                        settings.millis("splitter.retry.longest.ms"),
                        GroupThreads.JITTER,
                        limits(settings),
                        policy(settings, owners, readmitted),
                        second),
                settings.topics(),
                StoreSettings.client(settings, second.fromTime()),
                StoreSettings.client(settings));
    }
}
