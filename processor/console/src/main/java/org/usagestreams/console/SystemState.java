package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.ledger.LedgerPages;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.deadletter.DeadLetterSelection;
import org.usagestreams.operations.deadletter.DeadLetters;
import org.usagestreams.operations.instances.Instances;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.deadletter.DeadLetter;

/**
 * Looks at the system again and again, once for all viewers, however many there are. What does not answer within some seconds is
 * an {@code error} in the look. Thread-safe.
 */
final class SystemState implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    private static final Logger LOG = LoggerFactory.getLogger(SystemState.class);
    /** With the time that a look takes, below the 2 s within which pages show a change. */
    private static final Duration EVERY = Duration.ofSeconds(1);

    private static final int TIMEOUT_MILLIS = 4_000;
    private static final int LETTERS_EVERY = 9;
    private static final int DRIFT_EVERY = 60;
    private static final int MOST_LETTERS = 10_000;

    private final Settings settings;
    private final Admin admin;
    private final Progress progress;
    private final DeadLetters letters;
    private final InstanceWatch instances;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        final Thread thread = new Thread(task, "console-look");
        thread.setDaemon(true);
        return thread;
    });
    private ScheduledFuture<?> looking;
    private int looks;
    private volatile JsonNode drift = JSON.createObjectNode();
    private volatile JsonNode members = JSON.createArrayNode();
    private volatile Runnable looked = () -> {};
    private volatile ObjectNode last = JSON.createObjectNode();
    private volatile Map<String, DeadLetter> open = Map.of();

    SystemState(Settings settings) {
        this.settings = settings;
        final Map<String, Object> kafka = new HashMap<>(settings.kafkaClient());
        kafka.put("request.timeout.ms", TIMEOUT_MILLIS);
        kafka.put("default.api.timeout.ms", TIMEOUT_MILLIS);
        admin = KafkaClients.real().admin(kafka);
        progress = new Progress(settings, admin);
        letters = new DeadLetters(settings, KafkaClients.real());
        instances = new InstanceWatch(settings);
    }

    /** The instances that can be asked. */
    InstanceWatch instances() {
        return instances;
    }

    void start() {
        instances.start();
        looking = executor.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Has this run after each look. */
    void onLook(Runnable then) {
        looked = then;
    }

    /** What the last look found; empty before the first. */
    JsonNode last() {
        return last;
    }

    /** How topics and connectors differ from what is shipped, as of the last minute; empty before the first look. */
    JsonNode drift() {
        return drift;
    }

    /** The instances of all hosts, as the broker knows them, of the last seconds; empty before the first look. */
    JsonNode members() {
        return members;
    }

    /** Open dead letters by id, the oldest first. */
    Map<String, DeadLetter> deadLetters() {
        return open;
    }

    private void look() {
        final ObjectNode look = JSON.createObjectNode();
        look.put("at", Instant.now().toString());
        part(look, "pulse", this::pulse);
        look.set("instances", instances.last());
        // Where Kafka does not answer once, it is not waited for again.
        if (part(look, "splitter", () -> progress.lag(settings.text("splitter.group.id")))) {
            part(look, "processor", () -> progress.lag(settings.text("summary.application.id")));
            part(look, "sink", progress::sink);
            rarely(look);
        } else {
            look.set("processor", look.path("splitter"));
            look.set("sink", look.path("splitter"));
        }
        look.set("rates", progress.rates(look.path("instances")));
        last = look;
        try {
            looked.run();
        } catch (RuntimeException e) {
            LOG.warn("Cannot poll the state of the system: {}", e.getMessage(), e);
        }
    }

    private JsonNode fleet() throws IOException {
        return JSON.valueToTree(new Instances(settings, admin).list());
    }

    private void rarely(ObjectNode look) {
        if (looks % DRIFT_EVERY == 0) {
            final ObjectNode found = JSON.createObjectNode();
            part(found, "drift", () -> new Drift(settings, admin).look());
            drift = found.path("drift");
        }
        if (looks % LETTERS_EVERY == 0) {
            final ObjectNode found = JSON.createObjectNode();
            part(found, "members", this::fleet);
            members = found.path("members");
        }
        if (looks++ % LETTERS_EVERY == 0) {
            part(look, "dead_letters", () -> {
                open = letters.list(DeadLetterSelection.of(List.of()), MOST_LETTERS);
                return JSON.createObjectNode();
            });
        }
    }

    /** A part of a look. */
    private interface Part {
        JsonNode look() throws IOException, SQLException, ExecutionException, InterruptedException;
    }

    /** Whether there was an answer, if only that something is wrong. */
    private static boolean part(ObjectNode look, String name, Part part) {
        try {
            look.set(name, part.look());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException | SQLException | ExecutionException | RuntimeException e) {
            LOG.debug("{} was not looked at: {}", name, e.toString());
            look.putObject(name).put("error", String.valueOf(e.getMessage()));
            return !(e instanceof TimeoutException) && !(e.getCause() instanceof TimeoutException);
        }
    }

    private JsonNode pulse() throws IOException, SQLException {
        try (Connection connection = connect()) {
            final LedgerPages pages = new LedgerPages(connection, settings.text("postgres.status.schema"));
            final ObjectNode pulse = (ObjectNode) JSON.readTree(pages.pulse());
            part(pulse, "validations", () -> JSON.readTree(pages.validations()));
            return pulse;
        }
    }

    /** A connection that can only read, and gives up after some seconds. */
    Connection connect() throws SQLException {
        final Connection connection = PostgresSettings.connect(settings);
        try (var statement = connection.createStatement()) {
            statement.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY");
            statement.execute("SET statement_timeout = '10s'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Reads tables. */
    interface Reading<T> {
        T of(Connection connection) throws SQLException;
    }

    /** What a reading of tables gives; it is refused where PostgreSQL does not answer. */
    <T> T read(Reading<T> reading) {
        try (Connection connection = connect()) {
            return reading.of(connection);
        } catch (SQLException e) {
            throw Refusal.unavailable(e);
        }
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.cancel(true);
        }
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.debug("a poll is still running; the process does not wait for it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        instances.close();
        progress.close();
        letters.close();
        admin.close(Duration.ofSeconds(1));
    }
}
