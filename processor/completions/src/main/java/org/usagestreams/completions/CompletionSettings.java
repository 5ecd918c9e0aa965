package org.usagestreams.completions;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidList.anyNonDuplicateValues;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.usagestreams.settings.SettingsGroup;

/** Settings of completion events and webhooks. */
public final class CompletionSettings implements SettingsGroup {
    static final String EVENTS = "completions.events";
    static final String CHANNEL = "completions.channel";
    static final String POLL = "completions.poll.ms";
    static final String WEBHOOKS = "completions.webhooks";
    static final String HOSTS = "completions.webhook.hosts";
    static final String SECRETS = "completions.webhook.secrets";
    static final String GROUP = "completions.webhook.group";
    static final String TIMEOUT = "completions.webhook.timeout.ms";
    static final String BACKOFF = "completions.webhook.backoff.ms";
    static final String LONGEST_BACKOFF = "completions.webhook.backoff.max.ms";
    static final String RETRY = "completions.webhook.retry.ms";

    /** Names of PostgreSQL's channels that need no quotes. */
    private static final String CHANNEL_NAME = "([a-z_][a-z0-9_]{0,62})?";

    @Override
    public String title() {
        return "Completion events";
    }

    @Override
    public int order() {
        return 9;
    }

    @Override
    public List<String> prefixes() {
        return List.of("completions.");
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                EVENTS,
                BOOLEAN,
                true,
                MEDIUM,
                "Whether an event is published for each revision of a day that is loaded. The sink writes it in"
                        + " the transaction that loads the day, and one of the processors publishes it. After a change,"
                        + " send the sink's configuration to Connect again.");
        definition.define(
                CHANNEL,
                STRING,
                "usage_day_completions",
                (name, value) -> {
                    if (!String.valueOf(value).matches(CHANNEL_NAME)) {
                        throw new ConfigException(
                                name, value, "a channel has at most 63 lower-case letters, digits and underscores");
                    }
                },
                LOW,
                "PostgreSQL channel on which the sink announces these events (NOTIFY). Empty: none.");
        definition.define(
                "completions.columns",
                BOOLEAN,
                false,
                LOW,
                "Whether events name the columns that changed. The sink then reads each row in the table and"
                        + " compares it.");
        definition.define(
                "completions.revisions",
                INT,
                1_000,
                between(1, 1_000_000),
                LOW,
                "Maximum number of events of one day that wait in PostgreSQL to be published. Older events are"
                        + " dropped.");
        definition.define(
                POLL,
                LONG,
                500,
                between(10, 60_000),
                LOW,
                "How often the processors look for events if PostgreSQL sends no notification.");
        definition.define(
                WEBHOOKS,
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "URLs that each event is posted to, by one of the processors. A slow webhook does not delay the"
                        + " others.");
        definition.define(
                HOSTS,
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Hosts of webhooks. A URL with another host is an error. Redirects are never followed.");
        definition.define(
                SECRETS,
                PASSWORD,
                "",
                MEDIUM,
                "Keys that sign the events of each webhook, in the order of the URLs, separated by commas: 24"
                        + " to 64 random bytes in Base64, for example from openssl rand -base64 32.");
        definition.define(
                GROUP,
                STRING,
                "usage-webhook",
                LOW,
                "Prefix of the webhooks' consumer groups. Each URL has a separate group. A new group begins"
                        + " with the oldest event on the topic.");
        definition.define(
                TIMEOUT,
                LONG,
                10_000,
                between(100, 240_000),
                LOW,
                "Timeout of a request to a webhook, including its answer.");
        definition.define(
                BACKOFF,
                LONG,
                500,
                between(1, 60_000),
                LOW,
                "First pause before an event is sent again. It doubles with each attempt.");
        definition.define(
                LONGEST_BACKOFF,
                LONG,
                60_000,
                between(1, 3_600_000),
                LOW,
                "Longest pause before an event is sent again.");
        definition.define(
                RETRY,
                LONG,
                3_600_000,
                between(0, 604_800_000),
                LOW,
                "If a webhook has accepted no event for this long, each of its events becomes a dead letter"
                        + " after one further attempt, until the webhook accepts one again.");
    }
}
