package org.usagestreams.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.usagestreams.console.access.Access;
import org.usagestreams.console.access.OidcSignIn;
import org.usagestreams.console.access.Tokens;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.LiveFeed;
import org.usagestreams.instance.WebSite;

/** The console's pages, and the JSON API that has what they show and do under the same names. Thread-safe. */
final class ConsoleSite implements WebSite {
    static final String API = "/api/v1";

    private static final String SIGN_IN = "/sign-in";
    private static final String OIDC = "/sign-in/oidc";
    private static final String LIVE = "/live";
    private static final String SCRIPT = "/assets/console.js";
    private static final String CSS = "/assets/console.css";

    private final Pages pages;
    private final Live live;
    private final Map<String, Screen> screens = new LinkedHashMap<>();
    private final Map<String, Screen> actions = new LinkedHashMap<>();
    private final BiFunction<Ask, User, ObjectNode> data;
    private final Access access;

    /**
     * A template, and what it shows.
     *
     * @param signedIn whether it is for those only who are signed in
     */
    private record Screen(String template, boolean signedIn, BiFunction<Ask, User, ObjectNode> content) {
        Screen(String template, BiFunction<Ask, User, ObjectNode> content) {
            this(template, false, content);
        }
    }

    ConsoleSite(ConsoleParts parts) {
        access = parts.access();
        pages = parts.pages();
        live = parts.live();
        final Screens source = parts.screens();
        screens.put("/", new Screen("now", (ask, user) -> source.now()));
        screens.put("/days", new Screen("days", source::days));
        screens.put("/day", new Screen("day", source::day));
        screens.put("/files", new Screen("files", source::files));
        screens.put("/file", new Screen("file", source::file));
        screens.put("/failures", new Screen("failures", (ask, user) -> source.failures(user)));
        screens.put("/data", new Screen("data", parts.data()::data));
        screens.put("/explain", new Screen("explain", parts.explain()::explain));
        screens.put("/fleet", new Screen("fleet", (ask, user) -> source.fleet()));
        screens.put("/topology", new Screen("topology", (ask, user) -> source.topology()));
        screens.put("/reference", new Screen("reference", parts.reference()::reference));
        screens.put("/settings", new Screen("settings", (ask, user) -> parts.settings()
                .settings(ask)));
        data = parts.data()::data;
        if (access.isOffered()) {
            screens.put("/failures/retry", new Screen("letters", true, parts.retry()::preview));
            screens.put("/failures/discard", new Screen("letters", true, parts.discard()::preview));
            screens.put("/replay", new Screen("replay", true, (ask, user) -> parts.versions()
                    .addTo(parts.replay().list(), user)));
            screens.put("/replay/days", new Screen("replay-days", true, parts.replay()::preview));
            screens.put("/replay/version", new Screen("replay-version", true, parts.versions()::compare));
            screens.put("/audit", new Screen("audit", true, (ask, user) -> parts.audit(user)));
            actions.put("/failures/retry", new Screen("letters-done", true, parts.retry()::run));
            actions.put("/failures/discard", new Screen("letters-done", true, parts.discard()::run));
            actions.put("/fleet/threads", new Screen("threads-started", true, parts.threads()::run));
            actions.put("/day/validate", new Screen("validation-asked", true, parts.validation()::ask));
            actions.put("/replay/days", new Screen("replay-started", true, parts.replay()::start));
        }
    }

    @Override
    public Optional<LiveFeed> live(Ask ask) {
        final boolean allowed = !access.isForAll() || access.visit(ask.caller()).isPresent();
        return LIVE.equals(ask.path()) && allowed ? Optional.of(live.feed()) : Optional.empty();
    }

    @Override
    public Answer get(Ask ask) {
        final String path = ask.path();
        if (CSS.equals(path)) {
            return Pages.asset("text/css; charset=utf-8", "console.css");
        }
        if (SCRIPT.equals(path)) {
            return Pages.asset("text/javascript; charset=utf-8", "console.js");
        }
        final Access.Visit visit = access.visit(ask.caller()).orElse(null);
        if (SIGN_IN.equals(path)) {
            return signInPage(200, ask, "");
        }
        if (access.oidc().isPresent() && OIDC.equals(path)) {
            return oidc(ask, access.oidc().get());
        }
        if (access.oidc().isPresent() && OidcSignIn.CALLBACK.equals(path)) {
            return oidcEnd(ask, access.oidc().get());
        }
        return path.startsWith(API + "/") ? api(ask, visit, screens) : html(ask, visit);
    }

    private Answer html(Ask ask, Access.Visit visit) {
        final Viewer viewer = Viewer.of(access, visit);
        try {
            if ("/data.csv".equals(ask.path())) {
                return new Answer(
                        200,
                        "text/csv; charset=utf-8",
                        Query.bytes(Csv.of(data.apply(ask, reader(visit, false)).path("sums"))),
                        Map.of("Content-Disposition", "attachment; filename=\"usage.csv\""));
            }
            final Screen screen = screens.get(ask.path());
            if (screen == null) {
                reader(visit, false);
                return pages.message(404, "There is no such page.", viewer);
            }
            final User user = reader(visit, screen.signedIn());
            return pages.page(
                    200, screen.template(), ask, viewer, screen.content().apply(ask, user));
        } catch (Refusal e) {
            return e.status() == 401 && access.isOffered()
                    ? Pages.redirect(SIGN_IN + "?to=" + Show.encoded(Show.address(ask)), Map.of())
                    : pages.message(e.status(), e.getMessage(), viewer);
        }
    }

    /** Whose rights hold for a reading; refused where there are none without a sign-in. */
    private User reader(Access.Visit visit, boolean signedIn) {
        if (visit != null && (signedIn || access.isForAll())) {
            return visit.user();
        }
        if (signedIn || access.isForAll()) {
            throw Refusal.signIn();
        }
        return User.ANYBODY;
    }

    private Answer api(Ask ask, Access.Visit visit, Map<String, Screen> from) {
        final String path = ask.path().substring(API.length());
        try {
            if (visit == null && !ask.caller().bearer().isEmpty()) {
                throw Refusal.signIn();
            }
            if ("/openapi.json".equals(path)) {
                reader(visit, false);
                return Pages.api("openapi.json");
            }
            final Screen screen = from.get("/now".equals(path) ? "/" : path);
            if (screen == null || "/".equals(path)) {
                reader(visit, false);
                return Pages.error(404, "there is nothing here: see " + API + "/openapi.json");
            }
            return Pages.json(200, screen.content().apply(ask, reader(visit, screen.signedIn())));
        } catch (Refusal e) {
            final Answer answer = Pages.error(e.status(), e.getMessage());
            return e.status() == 401
                    ? new Answer(401, answer.type(), answer.body(), Map.of("WWW-Authenticate", "Bearer"))
                    : answer;
        }
    }

    @Override
    public Answer post(Ask ask) {
        final boolean api = ask.path().startsWith(API + "/");
        if (ask.caller().foreign()) {
            return api
                    ? Pages.error(403, "a page of another site has sent this")
                    : pages.message(403, "A page of another site has sent this. Nothing was changed.", Viewer.NOBODY);
        }
        if (SIGN_IN.equals(ask.path())) {
            return signIn(ask);
        }
        final Access.Visit visit = access.visit(ask.caller()).orElse(null);
        if (visit != null
                && ask.caller().bearer().isEmpty()
                && !Tokens.same(visit.csrf(), ask.form().getOrDefault("csrf", ""))) {
            return pages.message(
                    403, "This form is not of your session. Nothing was changed. Open the page again.", Viewer.NOBODY);
        }
        if ("/sign-out".equals(ask.path())) {
            return Pages.redirect("/", Map.of("Set-Cookie", access.signOut(ask.caller())));
        }
        if (api) {
            return api(ask, visit, actions);
        }
        final Viewer viewer = Viewer.of(access, visit);
        try {
            final Screen action = actions.get(ask.path());
            return action == null
                    ? pages.message(405, "This page changes nothing.", viewer)
                    : pages.page(
                            200,
                            action.template(),
                            ask,
                            viewer,
                            action.content().apply(ask, reader(visit, true)));
        } catch (Refusal e) {
            return pages.message(e.status(), e.getMessage(), viewer);
        }
    }

    private Answer signIn(Ask ask) {
        try {
            final String cookie = access.signIn(ask.caller(), ask.form().getOrDefault("token", ""));
            return Pages.redirect(local(ask.text("to")), Map.of("Set-Cookie", cookie));
        } catch (Access.RefusedException e) {
            return signInPage(403, ask, e.getMessage());
        }
    }

    /** Sends the browser to the identity provider. */
    private Answer oidc(Ask ask, OidcSignIn oidc) {
        try {
            final OidcSignIn.Begun begun = oidc.begin(ask.caller(), local(ask.text("to")));
            return Pages.redirect(begun.location(), Map.of("Set-Cookie", begun.cookie()));
        } catch (Access.RefusedException e) {
            return signInPage(503, ask, e.getMessage());
        }
    }

    /** The browser comes back. A redirect from here would still be the provider's, and go without the strict cookie. */
    private Answer oidcEnd(Ask ask, OidcSignIn oidc) {
        try {
            final OidcSignIn.Ended ended = oidc.end(ask);
            final Map<String, String> headers = new HashMap<>();
            headers.put("Set-Cookie", access.signIn(ask.caller(), ended.user()));
            headers.put("Refresh", "0; url=" + ended.to());
            return pages.signedIn(ended.to(), Viewer.of(access, new Access.Visit(ended.user(), "")), headers);
        } catch (Access.RefusedException e) {
            return signInPage(403, ask, e.getMessage());
        }
    }

    private Answer signInPage(int status, Ask ask, String refusal) {
        final ObjectNode content = SystemState.JSON.createObjectNode().put("refusal", refusal);
        content.put("offered", access.isOffered()).put("to", local(ask.text("to")));
        content.put("token", access.isByToken()).put("oidc", access.oidc().isPresent());
        final Optional<Access.Visit> visit = access.visit(ask.caller());
        return pages.page(status, "sign-in", ask, Viewer.of(access, visit.orElse(null)), content);
    }

    /** A page of this site, whatever was asked for. */
    private static String local(String path) {
        return path.matches("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\]]*") ? path : "/";
    }
}
