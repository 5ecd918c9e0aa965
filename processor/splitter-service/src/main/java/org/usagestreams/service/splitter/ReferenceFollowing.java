package org.usagestreams.service.splitter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.reference.ReferenceDatabase;
import org.usagestreams.reference.ReferenceFollowService;
import org.usagestreams.reference.ReferenceFollower;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.reference.ReferenceSource;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;

/** Reference data that follows cost management, from settings. */
public final class ReferenceFollowing {
    /** The setting of the interval. */
    public static final String INTERVAL = "reference.follow.interval.ms";

    /** The setting of the longest statement. */
    static final String STATEMENT = "reference.follow.statement.ms";

    private ReferenceFollowing() {}

    /** Cost management's tables. */
    public static ReferenceSource open(Settings settings) throws SQLException {
        final Connection connection = PostgresSettings.connect(settings);
        try {
            return new ReferenceDatabase(connection, settings.millis(STATEMENT));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * A service whose steps the caller runs.
     *
     * @param turn whether it is this instance's turn
     * @param interval between comparisons
     */
    public static ReferenceFollowService service(Settings settings, BooleanSupplier turn, Duration interval) {
        final ReferenceFollower follower = new ReferenceFollower(
                () -> open(settings),
                new ReferencePublisher(KafkaClients.real(), settings.kafkaClient(), settings.topics()));
        return new ReferenceFollowService(Time.SYSTEM, turn, follower::run, interval);
    }

    /** Registers what a service counts. */
    static void bind(ReferenceFollowService service, MeterRegistry registry) {
        Gauge.builder("usage_streams_reference_age_seconds", service, ReferenceFollowService::ageSeconds)
                .description("seconds since reference data was last compared with cost management, on the splitter"
                        + " that compares; 0 on others")
                .register(registry);
        organisations(service, registry, "read", ReferenceFollowService::organisationsRead);
        organisations(service, registry, "failed", ReferenceFollowService::organisationsFailed);
        FunctionCounter.builder("usage_streams_reference_changes", service, ReferenceFollowService::changes)
                .description("records of reference data that were published because cost management's differed")
                .register(registry);
        FunctionCounter.builder("usage_streams_reference_comparisons_failed", service, ReferenceFollowService::failures)
                .description("comparisons with cost management that failed")
                .register(registry);
    }

    private static void organisations(
            ReferenceFollowService service,
            MeterRegistry registry,
            String outcome,
            ToDoubleFunction<ReferenceFollowService> count) {
        Gauge.builder("usage_streams_reference_organisations", service, count)
                .description("organisations of the last comparison with cost management")
                .tag("outcome", outcome)
                .register(registry);
    }
}
