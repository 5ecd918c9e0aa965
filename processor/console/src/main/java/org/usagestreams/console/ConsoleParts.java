package org.usagestreams.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import org.usagestreams.console.access.Access;
import org.usagestreams.console.access.User;
import org.usagestreams.console.audit.AuditLog;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;

/** What pages and API show and do. */
record ConsoleParts(
        Access access,
        SystemState state,
        Screens screens,
        DataScreen data,
        SettingsScreen settings,
        ReferenceScreen reference,
        ExplainScreen explain,
        AuditLog log,
        LetterActions retry,
        LetterActions discard,
        ReplayActions replay,
        VersionScreen versions,
        ValidationActions validation,
        ThreadActions threads,
        Pages pages,
        Live live) {
    private static final int MOST_ENTRIES = 200;

    /** Those of a system. */
    static ConsoleParts of(Settings settings, SystemState state, Clock clock) {
        // Somebody waits for the answer.
        final Settings acting = settings.with(Map.of(
                "kafka.request.timeout.ms", "8000",
                "kafka.default.api.timeout.ms", "12000",
                "kafka.max.block.ms", "10000",
                "kafka.delivery.timeout.ms", "12000"));
        final AuditLog log = new AuditLog(acting, KafkaClients.real(), clock, UUID::randomUUID);
        final Changes changes = new Changes(log);
        final Pages pages = new Pages();
        final Screens screens = new Screens(settings, state);
        final ReplayActions replay = new ReplayActions(acting, state, changes, clock);
        return new ConsoleParts(
                new Access(settings, clock, new SecureRandom()),
                state,
                screens,
                new DataScreen(settings, state),
                new SettingsScreen(settings, state),
                new ReferenceScreen(
                        new ReferencePublisher(KafkaClients.real(), acting.kafkaClient(), acting.topics())::held,
                        clock),
                new ExplainScreen(settings, state),
                log,
                new LetterActions(acting, changes, true),
                new LetterActions(acting, changes, false),
                replay,
                new VersionScreen(acting),
                new ValidationActions(acting, state, changes),
                new ThreadActions(settings, changes),
                pages,
                new Live(pages, screens, state, replay::list, settings.integer("console.viewers")));
    }

    /** Who changed what, the latest first; entries name what is of all organisations. */
    ObjectNode audit(User user) {
        if (!user.isOperator() || !user.isOfAll()) {
            throw Refusal.forbidden("Only operators of all organisations can read the audit log.");
        }
        final ObjectNode screen = SystemState.JSON.createObjectNode();
        screen.set("entries", Query.array(state.read(connection -> log.latest(connection, MOST_ENTRIES))));
        return screen;
    }
}
