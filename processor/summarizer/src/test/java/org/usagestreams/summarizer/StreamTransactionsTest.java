package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.Test;

class StreamTransactionsTest {
    private static final String PROCESS = "0123abcd-0000-4000-8000-00000000000a";
    private static final String OTHER = "0123abcd-0000-4000-8000-00000000000b";

    private final StreamTransactions transactions = new StreamTransactions("usage-summary");

    private static MemberDescription member(String client) {
        return new MemberDescription(
                "member",
                Optional.empty(),
                Optional.empty(),
                client,
                "host",
                new MemberAssignment(Set.of()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void shouldTellAProcessFromItsClientId() {
        final MemberDescription member = member("usage-summary-" + PROCESS + "-StreamThread-1-consumer");
        assertThat(transactions.isKnown(member)).isTrue();
        assertThat(transactions.owns(member, "usage-summary-" + PROCESS + "-1")).isTrue();
        assertThat(transactions.owns(member, "usage-summary-" + PROCESS + "-12"))
                .isTrue();
        assertThat(transactions.owns(member, "usage-summary-" + OTHER + "-1")).isFalse();
    }

    @Test
    void shouldNotKnowAMemberOfAnotherClientId() {
        // Its transactions are named after its process as ever: by the client id, it would own none of them.
        assertThat(transactions.isKnown(member("mine-StreamThread-1-consumer"))).isFalse();
    }

    @Test
    void shouldMatchTheTransactionsOfItsApplicationOnly() {
        assertThat(StreamTransactions.ids("usage-summary").asMatchPredicate())
                .accepts("usage-summary-" + PROCESS + "-1")
                .rejects("usage-summary-2-" + PROCESS + "-1", "usage-splitter:host-0-splitter-0");
    }
}
