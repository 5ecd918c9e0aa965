package org.usagestreams.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How processors are wired, read from the text in which Kafka Streams describes a topology. */
final class Wiring {
    private static final Pattern SUB = Pattern.compile("\\s*Sub-topology: (\\d+).*");
    private static final Pattern NODE = Pattern.compile(
            "\\s*(Source|Processor|Sink): (\\S+) \\((topics?|stores?|extractor class): ?\\[?(.*?)]?\\)\\s*");
    private static final Pattern NEXT = Pattern.compile("\\s*--> (.*)");

    private Wiring() {}

    /**
     * A part of the topology whose tasks are its partitions.
     *
     * @param id the number before the underscore of the ids of its tasks
     */
    record Sub(int id, List<Node> nodes) {}

    /**
     * A source, a processor or a sink.
     *
     * @param kind {@code source}, {@code processor} or {@code sink}
     * @param topics that a source reads or a sink writes
     * @param stores of a processor
     * @param next names of the nodes that it forwards to
     */
    record Node(String kind, String name, List<String> topics, List<String> stores, List<String> next) {}

    /** Reads a description; lines of another form are left out. */
    static List<Sub> parse(String description) {
        final List<Sub> subs = new ArrayList<>();
        for (final String line : description.lines().toList()) {
            final Matcher sub = SUB.matcher(line);
            if (sub.matches()) {
                subs.add(new Sub(Integer.parseInt(sub.group(1)), new ArrayList<>()));
            } else if (!subs.isEmpty()) {
                read(line, subs.get(subs.size() - 1).nodes());
            }
        }
        return subs;
    }

    private static void read(String line, List<Node> nodes) {
        final Matcher node = NODE.matcher(line);
        if (node.matches()) {
            final List<String> named = names(node.group(4));
            final boolean stores = node.group(3).startsWith("store");
            nodes.add(new Node(
                    node.group(1).toLowerCase(Locale.ROOT),
                    node.group(2),
                    stores ? List.of() : named,
                    stores ? named : List.of(),
                    new ArrayList<>()));
            return;
        }
        final Matcher next = NEXT.matcher(line);
        if (next.matches() && !nodes.isEmpty() && !"none".equals(next.group(1).strip())) {
            nodes.get(nodes.size() - 1).next().addAll(names(next.group(1)));
        }
    }

    private static List<String> names(String list) {
        return Stream.of(list.split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }
}
