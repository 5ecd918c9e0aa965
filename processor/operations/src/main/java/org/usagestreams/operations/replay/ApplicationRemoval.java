package org.usagestreams.operations.replay;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/**
 * Removes what an application that does not run has left on the broker: its consumer groups, the changelogs of the stores in
 * the registry, and the topics that it had as a new version beside another. Names are compared as a whole: another
 * application's id may begin with this one's.
 */
final class ApplicationRemoval {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final ReplayTarget target;
    private final Admin admin;
    private final ApplicationNames application;

    ApplicationRemoval(ReplayTarget target, Admin admin, String application) {
        this.target = target;
        this.admin = admin;
        this.application = new ApplicationNames(application);
    }

    /** What there is to remove. */
    record Found(List<String> topics, List<String> groups) {
        List<String> described() {
            return Stream.concat(topics.stream(), groups.stream().map(group -> "group " + group))
                    .toList();
        }
    }

    /** What there is to remove; nothing is changed. */
    Found find() {
        final TopicCatalog shadow = NewVersion.shadow(target.settings().topics(), application.application());
        final Set<String> topics = SummaryGroup.get(admin.listTopics().names());
        final Set<String> groups = SummaryGroup.get(admin.listGroups().all()).stream()
                .map(group -> group.groupId())
                .collect(Collectors.toSet());
        return new Found(
                Stream.concat(
                                application.changelogs().stream(),
                                Stream.of(shadow.name(TopicRole.SUMMARY), shadow.name(TopicRole.SUMMARY_STATUS)))
                        .filter(topics::contains)
                        .sorted()
                        .toList(),
                application.groups().stream().filter(groups::contains).toList());
    }

    /**
     * Removes it. It first watches the groups for as long as a member that was stopped is remembered.
     *
     * @return what was removed
     * @throws IllegalStateException where the application runs: a group has a member, or its offsets go on
     */
    List<String> remove() {
        final Found found = find();
        if (!found.groups().isEmpty()) {
            requireStill(found.groups());
        }
        SummaryGroup.get(admin.deleteTopics(found.topics()).all());
        SummaryGroup.get(admin.deleteConsumerGroups(found.groups()).all());
        return found.described();
    }

    private void requireStill(List<String> groups) {
        final Duration session = target.rememberedFor();
        final Map<String, Map<TopicPartition, OffsetAndMetadata>> before = new HashMap<>();
        groups.forEach(group -> before.put(group, group(group).offsets()));
        final long end = target.time().milliseconds() + session.toMillis();
        groups.forEach(group -> group(group).awaitNobody(session));
        // An instance that is about to join is no member yet, and one that is about to commit may have left.
        do {
            target.time().sleep(LOOK.toMillis());
            for (final String group : groups) {
                group(group).awaitNobody(Duration.ZERO);
                if (!group(group).offsets().equals(before.get(group))) {
                    throw new IllegalStateException("Cannot remove application " + application.application()
                            + ": its group " + group + " committed offsets just now. Stop its processors first.");
                }
            }
        } while (target.time().milliseconds() < end);
    }

    private SummaryGroup group(String id) {
        return new SummaryGroup(admin, target.time(), id);
    }
}
