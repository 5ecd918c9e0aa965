package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.ledger.DayTable;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.ledger.SummaryUsage;
import org.usagestreams.settings.Settings;

/** The summary's amounts, as the JSON API answers them. Thread-safe. */
final class DataScreen {
    private static final int MOST_SUMS = 5_000;

    private final Settings settings;
    private final SystemState state;

    DataScreen(Settings settings, SystemState state) {
        this.settings = settings;
        this.state = state;
    }

    ObjectNode data(Ask ask, User user) {
        final SummaryTable table = new SummaryTable(settings);
        final SummaryUsage.By by = Query.one(ask, "by", SummaryUsage.By.class, SummaryUsage.By.NAMESPACE);
        final ObjectNode screen = JSON.createObjectNode();
        state.read(connection -> {
            final ArrayNode days = Query.array(new DayTable(connection, settings.text("postgres.status.schema"))
                    .json(Query.orNull(Query.organisation(ask, user)), null, null, 1));
            final LocalDate latest = days.isEmpty()
                    ? LocalDate.now(ZoneOffset.UTC)
                    : LocalDate.parse(Show.text(days.get(0), "usage_date"));
            final LocalDate to = Query.date(ask, "to", latest);
            final LocalDate from = Query.date(ask, "from", to.withDayOfMonth(1));
            String organisation = Query.organisation(ask, user);
            if (organisation.isEmpty() && !days.isEmpty()) {
                organisation = Show.text(days.get(0), "organisation");
            }
            screen.put("organisation", organisation)
                    .put("from", from.toString())
                    .put("to", to.toString());
            screen.put("by", by.name().toLowerCase(Locale.ROOT)).put("source", ask.text("source"));
            screen.set(
                    "sums",
                    table.exists(connection, organisation)
                            ? Query.array(SummaryUsage.sums(
                                    connection,
                                    table,
                                    settings.text("postgres.status.schema"),
                                    organisation,
                                    Query.uuid(ask, "source"),
                                    from,
                                    to,
                                    by,
                                    MOST_SUMS))
                            : JSON.createArrayNode());
            return null;
        });
        return screen;
    }
}
