package org.usagestreams.summarizer.loading;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;

import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsGroup;
import org.usagestreams.topics.KafkaClients;

/** How a processor finds out what the sink has loaded. */
public final class LoadWatchSettings implements SettingsGroup {

    @Override
    public String title() {
        return "Watch of the sink";
    }

    @Override
    public int order() {
        return 5;
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                "ledger.load.ms",
                LONG,
                100,
                between(10, 60_000),
                LOW,
                "How often the sink's positions in PostgreSQL are read while an entry waits to be LOADED.");
        definition.define(
                "ledger.load.pending",
                INT,
                10_000,
                between(1, 1_000_000),
                LOW,
                "Maximum number of entries that wait to be LOADED in the memory of one processor; others wait"
                        + " on the ledger topic. The same number again can wait for days that PostgreSQL has refused.");
    }

    /**
     * The watch that tells the ledger what is loaded, not started. It runs beside the topology.
     *
     * @param group its consumer group
     * @param instance the name of the instance
     * @param progress makes what tells what the sink has loaded
     */
    public static LoadWatch watch(
            Settings settings, String group, String instance, Function<Admin, LoadProgress> progress) {
        return new LoadWatch(
                new LoadWatch.Options(
                        settings.kafkaClient(),
                        group,
                        instance,
                        settings.millis("instance.session.ms"),
                        progress,
                        settings.millis("ledger.load.ms"),
                        settings.integer("ledger.load.pending")),
                settings.topics(),
                KafkaClients.real(),
                Time.SYSTEM);
    }
}
