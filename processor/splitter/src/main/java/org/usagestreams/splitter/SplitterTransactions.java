package org.usagestreams.splitter;

import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.MemberDescription;
import org.usagestreams.instance.AbandonedTransactions;

/** Which transactional ids are those of a group's splitters, and whose each is: of the static member of the same name. */
final class SplitterTransactions implements AbandonedTransactions.Ownership {
    private final String prefix;

    /** Those of this group. */
    SplitterTransactions(String group) {
        prefix = SplitterClients.transactionalPrefix(group);
    }

    /** What all of their transactional ids match. */
    Pattern ids() {
        return Pattern.compile(Pattern.quote(prefix) + ".*");
    }

    @Override
    public boolean isKnown(MemberDescription member) {
        return member.groupInstanceId().isPresent();
    }

    @Override
    public boolean owns(MemberDescription member, String transactionalId) {
        return transactionalId.equals(prefix + member.groupInstanceId().orElse(""));
    }
}
