package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.usagestreams.console.access.User;
import org.usagestreams.console.explain.LineItemSearch;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.settings.Settings;
import org.usagestreams.splitter.RejectedObjectException;
import org.usagestreams.splitter.SplitterSettings;
import org.usagestreams.splitter.StoredReport;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.wire.notification.ReportKey;

/**
 * Which objects' line items make a row of the data: reads the objects of the day that count from the store again. One at a time, and
 * within bounds, since it reads whole objects. Thread-safe.
 */
final class ExplainScreen {
    private static final int MOST_OBJECTS = 500;
    private static final long MOST_BYTES = 256L << 20;
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(5);

    private final Settings settings;
    private final SystemState state;
    private final Semaphore one = new Semaphore(1);

    ExplainScreen(Settings settings, SystemState state) {
        this.settings = settings;
        this.state = state;
    }

    /** By what a row is named. */
    private enum By {
        NAMESPACE,
        NODE
    }

    /** An entry of the ledger that counts for the day. */
    private record Candidate(JsonNode entry, ReportKey report) {}

    ObjectNode explain(Ask ask, User user) {
        Query.required(ask, "organisation");
        final String organisation = Query.organisation(ask, user);
        final LocalDate date = Query.date(ask, "date", null);
        if (date == null) {
            throw Refusal.badQuery("The parameter date is missing.");
        }
        final By by = Query.one(ask, "by", By.class, By.NAMESPACE);
        final LineItemSearch search = new LineItemSearch(date, by == By.NODE, ask.text("name"));
        final List<Candidate> candidates = candidates(organisation, Query.uuid(ask, "source"), date, search);
        final ObjectNode screen = JSON.createObjectNode();
        screen.put("organisation", organisation).put("date", date.toString()).put("name", ask.text("name"));
        screen.put("candidates", candidates.size());
        if (!one.tryAcquire()) {
            throw Refusal.conflict("Objects are being read for somebody else. Try again in a moment.");
        }
        try {
            read(candidates, search, screen);
        } finally {
            one.release();
        }
        return screen;
    }

    private List<Candidate> candidates(String organisation, UUID source, LocalDate date, LineItemSearch search) {
        final List<Candidate> candidates = new ArrayList<>();
        for (final JsonNode entry : Query.array(
                state.read(connection -> new LedgerTable(connection, settings.text("postgres.status.schema"))
                        .findJson(new LedgerTable.Query(organisation, source, date, null, null), MOST_OBJECTS)))) {
            final String at = Show.text(entry, "state");
            final Optional<ReportKey> report = ReportKey.of(Show.text(entry, "object_key"));
            if (("LOADED".equals(at) || "COUNTED".equals(at))
                    && report.filter(key -> search.concerns(key.type())).isPresent()) {
                candidates.add(new Candidate(entry, report.get()));
            }
        }
        // Reports of pods first: the order of the types.
        candidates.sort(Comparator.comparing(candidate -> candidate.report().type()));
        return candidates;
    }

    private void read(List<Candidate> candidates, LineItemSearch search, ObjectNode screen) {
        final ObjectStore store = new ObjectStore(StoreSettings.client(settings, LONGEST_REQUEST));
        final StoredReport reports = new StoredReport(store, SplitterSettings.limits(settings));
        final long end = System.nanoTime() + LONGEST.toNanos();
        final LineItemSearch.Stop stop = () -> {
            if (System.nanoTime() - end > 0) {
                throw new IOException("the time is up");
            }
        };
        final ArrayNode objects = screen.putArray("objects");
        final ArrayNode unread = screen.putArray("unread");
        long bytes = 0;
        for (final Candidate candidate : candidates) {
            final JsonNode entry = candidate.entry();
            bytes += entry.path("size_bytes").asLong();
            try {
                if (bytes > MOST_BYTES) {
                    throw new IOException("together the objects are larger than " + (MOST_BYTES >> 20) + " MiB");
                }
                stop.check();
                final LineItemSearch.Found found = look(store, reports, candidate, search, stop);
                if (found.lineItems() > 0) {
                    final ObjectNode object = entry.deepCopy();
                    objects.add(object.put("line_items", found.lineItems()).put("cpu_hours", found.cpuHours()));
                }
            } catch (IOException | RejectedObjectException e) {
                unread.addObject()
                        .put("bucket", Show.text(entry, "bucket"))
                        .put("object_key", Show.text(entry, "object_key"))
                        .put("why", String.valueOf(e.getMessage()));
            }
        }
        screen.put("read", candidates.size() - unread.size());
    }

    private static LineItemSearch.Found look(
            ObjectStore store,
            StoredReport reports,
            Candidate candidate,
            LineItemSearch search,
            LineItemSearch.Stop stop)
            throws IOException, RejectedObjectException {
        final JsonNode entry = candidate.entry();
        final Optional<ObjectStore.Stored> stored =
                store.current(Show.text(entry, "bucket"), Show.text(entry, "object_key"));
        if (stored.isEmpty() || !stored.get().etag().equals(Show.text(entry, "etag"))) {
            throw new IOException("the bucket no longer has this version");
        }
        final LineItemSearch.Found found = search.found();
        reports.read(
                stored.get(), candidate.report(), search.sink(candidate.report().type(), found, stop));
        return found;
    }
}
