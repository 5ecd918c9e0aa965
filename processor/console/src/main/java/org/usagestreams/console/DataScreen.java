package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
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

    /** What is added up. */
    private enum Resource {
        CPU,
        MEMORY,
        STORAGE
    }

    DataScreen(Settings settings, SystemState state) {
        this.settings = settings;
        this.state = state;
    }

    ObjectNode data(Ask ask, User user) {
        final SummaryUsage.By by = Query.one(ask, "by", SummaryUsage.By.class, SummaryUsage.By.NAMESPACE);
        final Resource resource = Query.one(ask, "resource", Resource.class, Resource.CPU);
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
            screen.put("resource", resource.name().toLowerCase(Locale.ROOT));
            sums(connection, new SummaryUsage.Rows(organisation, Query.uuid(ask, "source"), from, to), by, screen);
            return null;
        });
        Sort.of(ask, Sort.DATA).ifPresent(sort -> {
            screen.put("sort", sort.text());
            screen.set("sums", sort.sorted(screen.path("sums")));
        });
        return screen;
    }

    private void sums(Connection connection, SummaryUsage.Rows rows, SummaryUsage.By by, ObjectNode screen)
            throws SQLException {
        final SummaryTable table = new SummaryTable(settings);
        if (!table.exists(connection, rows.organisation())) {
            screen.putArray("sums");
            return;
        }
        final SummaryUsage usage = new SummaryUsage(connection, table, settings.text("postgres.status.schema"), rows);
        final ArrayNode sums = Query.array(usage.sums(by, MOST_SUMS + 1));
        if (sums.size() > MOST_SUMS) {
            sums.remove(MOST_SUMS);
            screen.put("more", true);
        }
        screen.set("sums", sums);
        // Nodes have a capacity, namespaces and categories have none.
        if (by != SummaryUsage.By.NODE) {
            screen.set("capacities", Query.array(usage.capacities(MOST_SUMS)));
        }
    }
}
