package org.usagestreams.summarizer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.MemberDescription;
import org.usagestreams.instance.AbandonedTransactions;

/**
 * Finds the owners of transactions in a Kafka Streams application: transactional ids are {@code <application>-<process>-<thread>}, client
 * ids {@code <application>-<process>-StreamThread-<thread>-consumer}, unless the setting {@code client.id} changes them.
 */
final class StreamTransactions implements AbandonedTransactions.Ownership {
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private final Pattern client;

    StreamTransactions(String application) {
        client = Pattern.compile("(" + Pattern.quote(application + "-") + UUID + "-)StreamThread-\\d+.*");
    }

    /** Matches the transactional ids of an application, and those of no other one. */
    static Pattern ids(String application) {
        return Pattern.compile(Pattern.quote(application + "-") + UUID + "-\\d+");
    }

    @Override
    public boolean isKnown(MemberDescription member) {
        return client.matcher(member.clientId()).matches();
    }

    @Override
    public boolean owns(MemberDescription member, String transactionalId) {
        final Matcher matcher = client.matcher(member.clientId());
        return matcher.matches() && transactionalId.startsWith(matcher.group(1));
    }
}
