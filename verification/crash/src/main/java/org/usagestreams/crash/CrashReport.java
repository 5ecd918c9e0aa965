package org.usagestreams.crash;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The results of rounds, as a page of Markdown.
 *
 * @param command how the test was called
 * @param database how PostgreSQL commits, for people
 * @param tornAllowed how many torn days and steps back may be seen
 * @param left what compaction has left of the summary topic
 */
record CrashReport(
        String command,
        Duration passed,
        String database,
        int tornAllowed,
        TopicCompaction.Left left,
        List<CrashRounds.Round> rounds) {

    /** What was seen in all rounds, by the kind of fault. */
    Map<String, DayTally.Seen> seen() {
        final Map<String, DayTally.Seen> seen = new TreeMap<>();
        rounds.forEach(
                round -> round.seen().forEach((fault, figures) -> seen.merge(fault, figures, DayTally.Seen::plus)));
        return seen;
    }

    /** Whether more torn days and steps back were seen than are allowed. */
    boolean isTornTooOften() {
        final DayTally.Seen all = DayTally.Seen.sum(seen());
        return all.torn() + all.stepsBack() > tornAllowed;
    }

    String page() {
        final DayTally.Seen all = DayTally.Seen.sum(seen());
        final StringBuilder page = new StringBuilder("# Crash test\n\n");
        page.append(String.format(
                Locale.ROOT,
                "`%s`: %d rounds in %d min; %d ended as they have to.%n%n",
                command,
                rounds.size(),
                passed.toMinutes(),
                rounds.stream().filter(CrashRounds.Round::isGood).count()));
        page.append("PostgreSQL: ").append(database).append(".\n\n");
        page.append(String.format(
                Locale.ROOT,
                "Of %d offsets of the summary topic, %d records are left after compaction.%n%n",
                left.offsets(),
                left.records()));
        page.append(String.format(
                Locale.ROOT,
                "%d uploads and removals. A reader read whole days, each time all days in one statement: %d looks, %d newer"
                        + " versions, %d steps back to an older version or a removed one, %d torn days, %d rows or versions that"
                        + " can never be.%n%n",
                rounds.stream().mapToLong(CrashRounds.Round::operations).sum(),
                all.looks(),
                all.newer(),
                all.stepsBack(),
                all.torn(),
                rounds.stream().mapToLong(round -> round.impossible().size()).sum()));
        page.append(tornSentence()).append("\n\n");
        table(page);
        rounds(page);
        return page.toString();
    }

    private String tornSentence() {
        return "At most " + tornAllowed + " torn days and steps back are allowed"
                + (isTornTooOften() ? ": **there were more, the test has failed**." : ".");
    }

    private void table(StringBuilder page) {
        final Map<String, Long> faults = rounds.stream()
                .flatMap(round -> round.faults().stream())
                .collect(Collectors.groupingBy(fault -> fault, TreeMap::new, Collectors.counting()));
        page.append("| last fault | times | looks | torn days | steps back |\n| --- | ---: | ---: | ---: | ---: |\n");
        final Map<String, DayTally.Seen> seen = seen();
        faults.keySet().forEach(fault -> seen.putIfAbsent(fault, DayTally.Seen.NOTHING));
        seen.forEach((fault, figures) -> page.append(String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d |%n",
                fault,
                faults.getOrDefault(fault, 0L),
                figures.looks(),
                figures.torn(),
                figures.stepsBack())));
    }

    private void rounds(StringBuilder page) {
        page.append("""

                | round | operations | faults | settled after | rows compared | torn days | steps back | |
                | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |
                """);
        for (int i = 0; i < rounds.size(); i++) {
            final CrashRounds.Round round = rounds.get(i);
            final DayTally.Seen all = DayTally.Seen.sum(round.seen());
            page.append(String.format(
                    Locale.ROOT,
                    "| %d | %d | %s | %.1f s | %d | %d | %d | %s |%n",
                    i + 1,
                    round.operations(),
                    String.join(", ", round.faults()),
                    round.settled().toMillis() / 1e3,
                    round.rows(),
                    all.torn(),
                    all.stepsBack(),
                    round.isGood()
                            ? "as expected"
                            : "WRONG: " + String.join("; ", round.impossible()) + String.join("; ", round.wrong())));
        }
    }
}
