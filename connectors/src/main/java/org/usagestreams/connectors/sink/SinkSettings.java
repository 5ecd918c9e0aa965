package org.usagestreams.connectors.sink;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;

/** Settings of the connector. */
final class SinkSettings extends AbstractConfig {
    static final String URL = "connection.url";
    static final String USER = "connection.username";
    static final String PASSWORD = "connection.password";
    static final String SCHEMA = "table.schema";
    static final String TABLE = "table.name";
    static final String STATUS_SCHEMA = "status.schema";
    static final String DEAD_LETTERS = "dead.letter.topic";
    static final String BUFFER = "stage.buffer.bytes";
    static final String LOAD_ROWS = "load.rows";
    static final String BACKOFF = "retry.backoff.ms";
    static final String LONGEST_BACKOFF = "retry.backoff.max.ms";
    static final String LONGEST_REFUSED_BACKOFF = "refused.backoff.max.ms";
    static final String SOCKET_TIMEOUT = "connection.socket.timeout.ms";
    static final String MEMORY = "connection.memory.bytes";
    static final String NAME = "name";
    static final String GROUP = "consumer.override.group.id";
    static final String POSITION_INTERVAL = "position.interval.ms";
    static final String RETENTION_MONTHS = "retention.months";
    static final String FILLFACTOR = "partition.fillfactor";
    static final String FILLFACTOR_INTERVAL = "partition.fillfactor.interval.ms";
    static final String COMPLETION_EVENTS = "completion.events";
    static final String COMPLETION_CHANNEL = "completion.channel";
    static final String COMPLETION_COLUMNS = "completion.columns";
    static final String COMPLETION_REVISIONS = "completion.revisions";

    /** What stands for the organisation in {@link #SCHEMA}. */
    static final String ORGANISATION = "${organisation}";

    static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    URL,
                    ConfigDef.Type.STRING,
                    Importance.HIGH,
                    "The database, as jdbc:postgresql://host:port/database. No default.")
            .define(USER, ConfigDef.Type.STRING, Importance.HIGH, "The role to connect as. No default.")
            .define(PASSWORD, ConfigDef.Type.PASSWORD, "", Importance.HIGH, "Its password. Empty by default.")
            .define(
                    SCHEMA,
                    ConfigDef.Type.STRING,
                    Importance.HIGH,
                    "The schema of the summary's table. " + ORGANISATION
                            + " is replaced by the organisation of a row, for a separate schema for each. No default.")
            .define(TABLE, ConfigDef.Type.STRING, Importance.HIGH, "The summary's table. No default.")
            .define(
                    STATUS_SCHEMA,
                    ConfigDef.Type.STRING,
                    Importance.HIGH,
                    "The schema of summary_status and of the connector's own tables. No default.")
            .define(
                    DEAD_LETTERS,
                    ConfigDef.Type.STRING,
                    Importance.HIGH,
                    "The topic for dead letters about rows that PostgreSQL refuses. No default.")
            .define(
                    BUFFER,
                    ConfigDef.Type.INT,
                    256 * 1024,
                    Range.between(16 * 1024, 64 * 1024 * 1024),
                    Importance.LOW,
                    "Bytes that are sent to PostgreSQL at once while rows are staged. A task needs about twice as much"
                            + " memory.")
            .define(
                    LOAD_ROWS,
                    ConfigDef.Type.INT,
                    100_000,
                    Range.atLeast(1),
                    Importance.LOW,
                    "Maximum number of rows of whole days that are loaded in one transaction. A day with more rows"
                            + " has a separate transaction.")
            .define(
                    SOCKET_TIMEOUT,
                    ConfigDef.Type.INT,
                    600_000,
                    Range.between(1_000, 24 * 3_600_000),
                    Importance.LOW,
                    "Milliseconds within which PostgreSQL must answer a statement. Otherwise the connection is"
                            + " closed and opened again. Raise it if a day takes longer to load.")
            .define(
                    MEMORY,
                    ConfigDef.Type.INT,
                    64 * 1024 * 1024,
                    Range.between(1024 * 1024, 1024 * 1024 * 1024),
                    Importance.LOW,
                    "Memory in bytes that PostgreSQL may use for a task's connection to keep staged rows"
                            + " (temp_buffers), and the same again to sort the rows of a load (work_mem). Rows that"
                            + " do not fit are kept in temporary files.")
            .define(
                    BACKOFF,
                    ConfigDef.Type.LONG,
                    500L,
                    Range.between(1, 60_000),
                    Importance.LOW,
                    "First pause in milliseconds before PostgreSQL is tried again after a failure. It doubles with"
                            + " each failure.")
            .define(
                    LONGEST_BACKOFF,
                    ConfigDef.Type.LONG,
                    5_000L,
                    Range.between(1, 3_600_000),
                    Importance.LOW,
                    "Longest pause in milliseconds before PostgreSQL is tried again after a failure.")
            .define(
                    LONGEST_REFUSED_BACKOFF,
                    ConfigDef.Type.LONG,
                    60_000L,
                    Range.between(1, 3_600_000),
                    Importance.LOW,
                    "Longest pause in milliseconds before a day that PostgreSQL has refused is tried again.")
            .define(
                    POSITION_INTERVAL,
                    ConfigDef.Type.LONG,
                    60_000L,
                    Range.between(100, 3_600_000),
                    Importance.LOW,
                    "Milliseconds after which the position is written even if no day was loaded.")
            .define(
                    RETENTION_MONTHS,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 120),
                    Importance.LOW,
                    "Number of months that cost management keeps, including the current one. Rows of older months"
                            + " are not loaded when the table is loaded again. 0: each organisation's"
                            + " data_retention_months, if the role may read it.")
            .define(
                    FILLFACTOR,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 100),
                    Importance.LOW,
                    "Fillfactor to set on partitions that have another one, with the function summary_fillfactor in"
                            + " status.schema. 0: partitions stay as they are.")
            .define(
                    FILLFACTOR_INTERVAL,
                    ConfigDef.Type.LONG,
                    3_600_000L,
                    Range.between(1_000, 24 * 3_600_000),
                    Importance.LOW,
                    "How often to look for new partitions, in milliseconds.")
            .define(
                    COMPLETION_EVENTS,
                    ConfigDef.Type.BOOLEAN,
                    true,
                    Importance.MEDIUM,
                    "Whether an event is written for each revision of a day that is loaded.")
            .define(
                    COMPLETION_CHANNEL,
                    ConfigDef.Type.STRING,
                    "usage_day_completions",
                    Importance.LOW,
                    "The PostgreSQL channel on which these events are announced (NOTIFY). Empty: none.")
            .define(
                    COMPLETION_COLUMNS,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    Importance.LOW,
                    "Whether these events name the columns that changed. The connector then compares each row with"
                            + " the table.")
            .define(
                    COMPLETION_REVISIONS,
                    ConfigDef.Type.INT,
                    1_000,
                    Range.atLeast(1),
                    Importance.LOW,
                    "Maximum number of events of a day that wait to be published. Older events are dropped.");

    SinkSettings(Map<String, String> given) {
        super(DEFINITION, given);
    }

    /** The schema of an organisation's rows. */
    String schema(String organisation) {
        return getString(SCHEMA).replace(ORGANISATION, organisation);
    }

    /** The consumer group of the connector's tasks: Connect's, unless another is set. */
    String group() {
        final Object set = originals().get(GROUP);
        return set == null ? "connect-" + originals().get(NAME) : set.toString();
    }

    Duration millis(String name) {
        return Duration.ofMillis(getLong(name));
    }
}
