package org.usagestreams.operations.readmission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.wire.ledger.UploadState;

class DayOwnerTest {
    private static final UUID SOURCE = UUID.fromString("00000000-0000-4000-8000-0000000000ff");
    private static final LedgerRow OF_A = row("orga");
    private static final LedgerRow OF_B = row("orgb");

    @Test
    void shouldTakeTheOnlyOrganisationThatIsNamed() throws IOException {
        assertThat(DayOwner.only(List.of(OF_A, OF_A), SOURCE)).isEqualTo("orga");
        assertThat(DayOwner.only(List.of(), SOURCE)).isEmpty();
    }

    @Test
    void shouldAskWhereSeveralOrganisationsHaveTheSource() {
        assertThatThrownBy(() -> DayOwner.only(List.of(OF_B, OF_A), SOURCE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("[orga, orgb] all have source " + SOURCE);
    }

    @Test
    void shouldLeaveObjectsOfOtherOrganisationsOut() {
        assertThat(DayOwner.of(List.of(OF_A, OF_B), "orgb")).containsExactly(OF_B);
    }

    private static LedgerRow row(String organisation) {
        return LedgerRow.of(
                        "bucket",
                        "data/" + organisation + "/OCP/source=" + SOURCE
                                + "/year=2025/month=11/day=03/openshift_pod_usage_line_items/a.parquet",
                        UploadState.LOADED)
                .version("e", "")
                .build();
    }
}
