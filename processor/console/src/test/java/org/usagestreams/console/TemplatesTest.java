package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.instance.WebSite.Ask;

/** Keys, namespaces and reasons come from outside. */
class TemplatesTest {
    private static final String HOSTILE = "\" onfocus=alert(0) x=\"><script>alert(1)</script><img src=x>&";

    private static String rendered(String template, Ask ask, ObjectNode content) {
        return rendered(template, ask, content, Viewer.NOBODY);
    }

    private static String rendered(String template, Ask ask, ObjectNode content, Viewer viewer) {
        final StringOutput output = new StringOutput();
        TemplateEngine.createPrecompiled(ContentType.Html)
                .render(template + ".jte", Map.of("ask", ask, "content", content, "viewer", viewer), output);
        return output.toString();
    }

    private static ObjectNode entry() {
        return SystemState.JSON
                .createObjectNode()
                .put("bucket", HOSTILE)
                .put("object_key", HOSTILE)
                .put("state", "FAILED")
                .put("reason", HOSTILE)
                .put("report_type", HOSTILE)
                .put("organisation", HOSTILE)
                .put("source_uuid", HOSTILE)
                .put("etag", HOSTILE)
                .put("version_id", HOSTILE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "now",
                "days",
                "day",
                "files",
                "file",
                "failures",
                "data",
                "fleet",
                "topology",
                "reference",
                "settings",
                "message",
                "sign-in",
                "explain",
                "letters",
                "letters-done",
                "replay",
                "replay-days",
                "replay-started",
                "replay-version",
                "validation-asked",
                "audit"
            })
    void shouldEscapeWhatComesFromOutside(String template) {
        final Ask ask = new Ask(
                "/",
                Map.of(
                        "object",
                        HOSTILE,
                        "organisation",
                        HOSTILE,
                        "source",
                        HOSTILE,
                        "date",
                        HOSTILE,
                        "state",
                        HOSTILE,
                        "sort",
                        HOSTILE,
                        "key",
                        HOSTILE));
        final ObjectNode content = SystemState.JSON.createObjectNode();
        content.put("bucket", HOSTILE).put("key", HOSTILE).put("text", HOSTILE).put("organisation", HOSTILE);
        content.put("from", HOSTILE).put("to", HOSTILE).put("source", HOSTILE).put("by", HOSTILE);
        content.putObject("why")
                .put("tone", "bad")
                .put("headline", HOSTILE)
                .put("detail", HOSTILE)
                .put("runbook", HOSTILE);
        content.putObject("next").put("key", HOSTILE);
        content.putObject("day").put("load_error", HOSTILE).put("validation", "asked");
        content.put("instance", HOSTILE).put("application", HOSTILE);
        final ArrayNode instances = content.putArray("instances").add(HOSTILE);
        instances
                .addObject()
                .put("service", HOSTILE)
                .put("name", HOSTILE)
                .put("host", HOSTILE)
                .put("health", HOSTILE)
                .put("version", HOSTILE)
                .put("url", HOSTILE)
                .put("detail", HOSTILE);
        content.putArray("stages").addObject().put("name", HOSTILE).put("state", HOSTILE);
        content.putArray("organisations").add(HOSTILE);
        for (final String list : new String[] {"clusters", "enabled_keys", "cost_categories", "tag_mappings"}) {
            content.putArray(list)
                    .addObject()
                    .put("name", HOSTILE)
                    .put("cluster_id", HOSTILE)
                    .put("cluster_alias", HOSTILE)
                    .put("pattern", HOSTILE)
                    .put("parent", HOSTILE)
                    .putArray("report_periods")
                    .addObject()
                    .put("month", HOSTILE);
        }
        content.put("resource", "cpu").put("sort", HOSTILE);
        final ObjectNode node = content.putArray("subtopologies")
                .addObject()
                .putArray("nodes")
                .addObject()
                .put("kind", "source")
                .put("name", HOSTILE);
        node.putArray("topics").add(HOSTILE);
        node.putArray("stores").add(HOSTILE);
        node.putArray("next").add(HOSTILE);
        content.putArray("new_versions").add(HOSTILE);
        content.putArray("addedRows").addObject().put("namespace", HOSTILE).put("node", HOSTILE);
        content.putArray("columns")
                .addObject()
                .put("name", HOSTILE)
                .putArray("examples")
                .addObject()
                .put("before", HOSTILE)
                .put("after", HOSTILE)
                .putObject("row")
                .put("namespace", HOSTILE);
        content.putArray("members").addObject().put("name", HOSTILE).put("host", HOSTILE);
        for (final String list : new String[] {"files", "objects", "versions"}) {
            content.putArray(list).add(entry());
            ((ObjectNode) content.path(list).get(0)).putArray("usage_dates").add(HOSTILE);
        }
        content.putArray("days").add(entry().put("usage_date", HOSTILE));
        content.putArray("dead_letters").add(entry().put("id", HOSTILE).put("step", HOSTILE));
        content.putArray("problems")
                .addObject()
                .put("tone", "bad")
                .put("what", HOSTILE)
                .put("runbook", HOSTILE);
        content.putArray("sums")
                .addObject()
                .put("name", HOSTILE)
                .put("usage_date", HOSTILE)
                .put("cpu_usage", 1.5);
        content.putArray("settings")
                .addObject()
                .put("name", HOSTILE)
                .put("value", HOSTILE)
                .put("origin", HOSTILE)
                .put("reference", HOSTILE)
                .put("about", HOSTILE);
        final ObjectNode group =
                content.putArray("groups").addObject().put("step", HOSTILE).put("reason", HOSTILE);
        group.putArray("examples")
                .addObject()
                .put("subject", HOSTILE)
                .putObject("version")
                .put("key", HOSTILE);
        content.putObject("state")
                .putArray("instances")
                .addObject()
                .put("service", HOSTILE)
                .put("detail", HOSTILE)
                .put("url", HOSTILE);
        content.put("offered", true)
                .put("refusal", HOSTILE)
                .put("to", "/" + HOSTILE)
                .put("action", HOSTILE);
        content.put("count", 1).put("seen", HOSTILE).put("detail", HOSTILE);
        content.putArray("letters").add(entry().put("subject", HOSTILE).put("obstacle", HOSTILE));
        content.withArray("objects").addObject().put("object_key", HOSTILE).put("line_items", 1);
        content.putArray("unread").addObject().put("object_key", HOSTILE).put("why", HOSTILE);
        content.put("name", HOSTILE);
        content.putArray("left").addObject().put("id", HOSTILE).put("obstacle", HOSTILE);
        content.putArray("first").addObject().put("day", HOSTILE);
        content.putArray("runs")
                .addObject()
                .put("state", HOSTILE)
                .put("who", HOSTILE)
                .put("detail", HOSTILE);
        content.putArray("entries").add(entry().put("who", HOSTILE).put("subject", HOSTILE));
        final String page = rendered(template, ask, content, new Viewer(HOSTILE, true, false, HOSTILE));
        assertThat(page).doesNotContain("<script>", "<img").contains("</html>");
        assertThat(page.split("<script", -1)).as("scripts of ours").hasSize(2);
        // Within a tag, a quotation mark would begin an attribute.
        assertThat(page).doesNotContainPattern("<[a-z][^<>]*\"\\s*onfocus=");
        assertThat(page).contains("alert(");
    }

    @Test
    void shouldEscapeInTheCalendarAsWell() {
        final ObjectNode content = SystemState.JSON.createObjectNode();
        content.putArray("days").add(entry().put("usage_date", HOSTILE));
        assertThat(rendered("days", new Ask("/days", Map.of()), content))
                .doesNotContain("<script>", "<img")
                .contains("class=\"calendar\"", "alert(");
    }

    @Test
    void shouldNameThePageThatIsShown() {
        assertThat(rendered("days", new Ask("/days", Map.of()), SystemState.JSON.createObjectNode()))
                .contains("<a href=\"/days\" aria-current=\"page\">Days</a>");
    }

    @Test
    void shouldOfferChangesToOperatorsOnly() {
        final ObjectNode content = SystemState.JSON.createObjectNode();
        content.putArray("groups").addObject().put("step", "SPLIT").put("reason", "no Parquet");
        final Ask ask = new Ask("/failures", Map.of());
        assertThat(rendered("failures", ask, content))
                .doesNotContain("/failures/retry", "/failures/discard", "/replay");
        assertThat(rendered("failures", ask, content, new Viewer("v", false, false, "c")))
                .doesNotContain("/failures/retry", "/failures/discard", "/replay");
        assertThat(rendered("failures", ask, content, new Viewer("o", true, false, "c")))
                .contains("/failures/retry?step=SPLIT&amp;reason=no+Parquet", "/failures/discard", "/replay");
    }
}
