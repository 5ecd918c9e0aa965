package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetTest {
    private final ArrayNode instances = SystemState.JSON.createArrayNode();
    private final ArrayNode members = SystemState.JSON.createArrayNode();
    private final ObjectNode state = SystemState.JSON.createObjectNode();

    private ObjectNode instance(String service, String name, boolean live, boolean ready) {
        return instances
                .addObject()
                .put("service", service)
                .put("instance", "instance-0")
                .put("name", name)
                .put("live", live)
                .put("ready", ready)
                .put("version", "1.0")
                .put("detail", "works");
    }

    private void member(String kind, String name, String host, String state) {
        members.addObject()
                .put("kind", kind)
                .put("name", name)
                .put("host", host)
                .put("state", state)
                .put("threads", 2)
                .put("partitions", 6);
    }

    private List<Fleet.Row> rows() {
        return Fleet.rows(instances, members);
    }

    private List<Problems.Problem> problems() {
        state.set("instances", instances);
        return Problems.of(state, rows(), 0);
    }

    private Strip stage(String name) {
        state.set("instances", instances);
        return Strip.of(state, rows()).stream()
                .filter(stage -> name.equals(stage.name()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldShowAnInstanceOnceThatBothAnswersAndIsAMember() {
        instance("splitter", "a-0", true, true);
        member("SPLITTER", "a-0", "10.0.0.1", "RUNNING");
        member("SPLITTER", "b-0", "10.0.0.2", "RUNNING");
        assertThat(rows()).extracting(Fleet.Row::name).containsExactly("a-0", "b-0");
        assertThat(rows()).extracting(Fleet.Row::health).containsExactly("ready", "running");
        assertThat(rows()).extracting(Fleet.Row::partitions).containsExactly(6, 6);
        assertThat(rows().get(1).host()).isEqualTo("10.0.0.2");
        assertThat(stage("Splitter").state()).isEqualTo("2 of 2 running");
        assertThat(stage("Splitter").tone()).isEqualTo("good");
    }

    @Test
    void shouldOrderThemAsDataPassesThem() {
        member("SINK", "s", "", "RUNNING");
        instance("validator", "v-0", true, true);
        instance("processor", "p-0", true, true);
        instance("intake", "i-0", true, true);
        member("SPLITTER", "a-0", "", "RUNNING");
        assertThat(rows())
                .extracting(Fleet.Row::service)
                .containsExactly("intake", "splitter", "processor", "sink", "validator");
        assertThat(stage("Intake").state()).isEqualTo("1 of 1 ready");
    }

    @Test
    void shouldNameWhatIsWrongTheWorstFirstWithARunbook() {
        instance("processor", "p-0", true, false)
                .put("detail", "restores 7 records")
                .putObject("metrics")
                .put("usage_streams_restore_remaining_records", 7)
                .put("usage_streams_oldest_unpublished_change_seconds", 300);
        instance("splitter", "a-0", false, false).put("detail", "does not answer");
        member("SPLITTER", "c-0", "", "DEAD");
        state.putObject("sink").put("lag", 20_000);
        assertThat(problems())
                .extracting(Problems.Problem::runbook)
                .containsExactly(
                        "operations.md#usageinstancedown",
                        "operations.md#usageinstancedown",
                        "operations.md#usagerestoretakeslong",
                        "operations.md#usagesinkbehind",
                        "operations.md#usagechangeunpublished");
        assertThat(rows().stream().filter(row -> "processor".equals(row.service())))
                .extracting(Fleet.Row::restoring)
                .containsExactly(7L);
        assertThat(stage("Splitter").tone()).isEqualTo("bad");
    }

    @Test
    void shouldSayThatNobodyWorks() {
        member("SPLITTER", "group usage-splitter", "", "NONE");
        assertThat(problems()).extracting(Problems.Problem::what).containsExactly("No splitter runs.");
        assertThat(stage("Splitter").tone()).isEqualTo("bad");
    }

    @Test
    void shouldSayThatSeveralVersionsRun() {
        instance("splitter", "a-0", true, true);
        instance("splitter", "b-0", true, true).put("version", "1.1");
        assertThat(Fleet.versions(rows())).containsExactly("1.0", "1.1");
        assertThat(problems()).extracting(Problems.Problem::runbook).containsExactly("how-to/upgrade.md");
    }

    @Test
    void shouldSayNothingWhereTheBrokerDoesNotAnswer() {
        instance("splitter", "a-0", true, true);
        assertThat(Fleet.rows(instances, SystemState.JSON.createObjectNode().put("error", "x")))
                .hasSize(1);
        assertThat(Fleet.rows(SystemState.JSON.createObjectNode().put("error", "x"), members))
                .isEmpty();
        assertThat(problems()).isEmpty();
    }
}
