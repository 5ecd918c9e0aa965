package org.usagestreams.consumer;

import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.MemberDescription;
import org.usagestreams.instance.AbandonedTransactions;

/** Tells which transactional ids belong to a group, and to which of its static members: the member of the same name. */
final class GroupTransactions implements AbandonedTransactions.Ownership {
    private final String prefix;

    GroupTransactions(String group) {
        prefix = GroupClients.transactionalPrefix(group);
    }

    /** A pattern that all transactional ids of the group match, and no others. */
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
