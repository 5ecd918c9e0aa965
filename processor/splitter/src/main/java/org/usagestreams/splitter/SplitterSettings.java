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
                "Name of this instance, of which its transactions and its static membership are named; each instance "
                        + "needs its own, and keeps it over restarts. Empty: the host's name and the number of the "
                        + "instance on it.");
        definition.define(
                "splitter.instance.dir",
                STRING,
                "state/splitter",
                LOW,
                "Directory in which the splitters of a host take their numbers.");
        definition.define(
                "splitter.threads", INT, 1, between(1, 64), HIGH, "Threads of the first lane, which split objects.");
        definition.define(
                "splitter.poll.records",
                INT,
                100,
                between(1, 10_000),
                LOW,
                "Most notifications that are taken at once.");
        definition.define(
                "splitter.buffer.bytes",
                INT,
                8 << 20,
                between(1 << 20, 256 << 20),
                MEDIUM,
                "Chunks of an object that a thread holds in memory until it is read wholly. The first lane hands an object"
                        + " with more on; the second lane holds the rest in a file.");
        definition.define(
                "splitter.producer.bytes",
                INT,
                8 << 20,
                between(2 << 20, 256 << 20),
                LOW,
                "Most bytes that a splitter thread has on their way to the broker; past them it waits.");
        definition.define(
                "splitter.transaction.ms",
                INT,
                100,
                between(1, 10_000),
                MEDIUM,
                "Small objects share a transaction for at most this long.");
        definition.define(
                "splitter.transaction.timeout.ms",
                INT,
                300_000,
                between(10_000, 900_000),
                LOW,
                "The broker aborts a transaction after this long; at most the broker's transaction.max.timeout.ms. Splitting"
                        + " one object may take three quarters of it.");
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
                "Least throughput that is expected of store and splitter; see splitter.object.base.ms.");
        definition.define(
                "splitter.object.attempts",
                INT,
                OBJECT_TIME.attempts(),
                between(1, 100),
                LOW,
                "An object is FAILED after so many attempts that took too long.");
        definition.define(
                "splitter.retry.first.ms", INT, 200, atLeast(1), LOW, "Pause before a store or broker is tried again.");
        definition.define(
                "splitter.retry.longest.ms", INT, 30_000, atLeast(1), LOW, "The pause doubles up to this long.");
        definition.define(
                "splitter.event.future.ms",
                LONG,
                EventPolicy.DEFAULTS.future().toMillis(),
                between(0, 31_536_000_000L),
                LOW,
                "An event whose time is later than now by more than this is refused: it goes to the dead letters.");
        definition.define(
                "splitter.aside.first.ms",
                LONG,
                ASIDE.first().toMillis(),
                between(1, 86_400_000L),
                LOW,
                "Pause before an object that cannot be read, while others can, is tried again; it doubles with each attempt.");
        definition.define(
                "splitter.aside.longest.ms",
                LONG,
                ASIDE.longest().toMillis(),
                between(1, 86_400_000L),
                LOW,
                "The pause of splitter.aside.first.ms doubles up to this long.");
        definition.define(
                "splitter.aside.total.ms",
                LONG,
                ASIDE.total().toMillis(),
                atLeast(0),
                LOW,
                "An object is FAILED when it could not be read for this long. It is still tried again.");
        definition.define(
                "splitter.aside.appear.ms",
                LONG,
                ASIDE.appear().toMillis(),
                between(0, 86_400_000L),
                LOW,
                "An object that the store does not have so soon after its creation event is tried again, because an"
                        + " eventually consistent store may not show it yet.");
        definition.define(
                "splitter.aside.open",
                INT,
                ASIDE.open(),
                between(1, 1_000_000),
                LOW,
                "Most objects that are waited for at once by the splitter that tries them again; the others follow.");
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
    static SplitPolicy policy(Settings settings, SourceOwners owners) {
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
                owners);
    }

    /**
     * A splitter, not started.
     *
     * @param instance its name, which no other running splitter may have
     * @param owners whose sources are whose
     * @throws RuntimeException where its topics are missing or differ from the catalog
     */
    public static SplitterService service(Settings settings, String instance, SourceOwners owners) {
        TopicAdmin.require(
                settings.kafkaClient(),
                settings.topics(),
                List.of(
                        TopicRole.NOTIFICATIONS,
                        TopicRole.MARKED_NOTIFICATIONS,
                        TopicRole.LARGE_OBJECTS,
                        TopicRole.CHUNKS,
                        TopicRole.OBJECTS,
                        TopicRole.DEAD_LETTERS));
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
                        SplitterService.JITTER,
                        limits(settings),
                        policy(settings, owners),
                        second),
                settings.topics(),
                StoreSettings.client(settings, second.fromTime()),
                StoreSettings.client(settings));
    }
}
