package org.usagestreams.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.usagestreams.testkit.ProjectFiles;

/**
 * A Markdown page of the project.
 *
 * @param file the page
 * @param lines its lines
 */
record Page(Path file, List<String> lines) {
    private static final Set<String> SKIPPED = Set.of("target", ".git", "node_modules", "golden");
    private static final Pattern FENCE = Pattern.compile("\\s*```\\s*(\\S*)\\s*");
    private static final Pattern LINK = Pattern.compile("\\[(?:[^\\[\\]]|\\[[^\\]]*\\])*\\]\\(([^()\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`]*)`");

    /**
     * A block of code.
     *
     * @param language what follows the opening fence; empty for none
     * @param line number of the first line in the page
     */
    record Fence(String language, int line, List<String> lines) {}

    /** A link, or a picture, to another place. */
    record Link(int line, String target) {}

    /** A piece of code within a line. */
    record Code(int line, String text) {}

    /** All pages, but for those that are built. */
    static List<Page> all() {
        final List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(ProjectFiles.of("."), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return SKIPPED.contains(folder.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().endsWith(".md")) {
                        files.add(file.normalize());
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Collections.sort(files);
        return files.stream().map(Page::read).toList();
    }

    static Page read(Path file) {
        try {
            return new Page(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page's path from the project's root. */
    String name() {
        return ProjectFiles.of(".").normalize().relativize(file).toString().replace('\\', '/');
    }

    /** Where a line is, for messages; lines are counted from 1. */
    String place(int line) {
        return name() + ":" + line;
    }

    List<Fence> fences() {
        final List<Fence> fences = new ArrayList<>();
        List<String> block = null;
        String language = "";
        int start = 0;
        for (int i = 0; i < lines.size(); i++) {
            final Matcher fence = FENCE.matcher(lines.get(i));
            if (!fence.matches()) {
                if (block != null) {
                    block.add(lines.get(i));
                }
            } else if (block == null) {
                block = new ArrayList<>();
                language = fence.group(1);
                start = i + 2;
            } else {
                fences.add(new Fence(language, start, block));
                block = null;
            }
        }
        return fences;
    }

    /** The lines by number, without those of blocks of code. */
    Map<Integer, String> prose() {
        final Map<Integer, String> prose = new java.util.TreeMap<>();
        boolean code = false;
        for (int i = 0; i < lines.size(); i++) {
            if (FENCE.matcher(lines.get(i)).matches()) {
                code = !code;
            } else if (!code) {
                prose.put(i + 1, lines.get(i));
            }
        }
        return prose;
    }

    List<Link> links() {
        final List<Link> links = new ArrayList<>();
        final List<Integer> numbers = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        // A link's text may go on in the next line.
        prose().forEach((number, line) -> {
            numbers.add(number);
            text.append(CODE.matcher(line).replaceAll("code")).append('\n');
        });
        final Matcher link = LINK.matcher(text);
        while (link.find()) {
            final int number = numbers.get((int) text.substring(0, link.start())
                    .chars()
                    .filter(c -> c == '\n')
                    .count());
            links.add(new Link(number, link.group(1)));
            // A picture that is a link: [![text](picture)](page).
            final Matcher inner = LINK.matcher(link.group().substring(1));
            if (inner.find()) {
                links.add(new Link(number, inner.group(1)));
            }
        }
        return links;
    }

    List<Code> code() {
        final List<Code> found = new ArrayList<>();
        prose().forEach((number, line) -> {
            final Matcher code = CODE.matcher(line);
            while (code.find()) {
                found.add(new Code(number, code.group(1)));
            }
        });
        return found;
    }

    /** The anchors that GitHub gives the headings. */
    Set<String> anchors() {
        final Set<String> anchors = new HashSet<>();
        final Map<String, Integer> seen = new HashMap<>();
        prose().values().stream()
                .filter(line -> line.matches("#{1,6} .*"))
                .map(line -> line.replaceFirst("#+ ", ""))
                .map(heading -> heading.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N}\\-_ ]", "")
                        .replace(' ', '-'))
                .forEach(anchor -> {
                    final int times = seen.merge(anchor, 1, Integer::sum);
                    anchors.add(times == 1 ? anchor : anchor + "-" + (times - 1));
                });
        return anchors;
    }

    /** What stands below a heading, up to the next one of the same level or above; empty where there is none. */
    String section(String heading) {
        final StringBuilder section = new StringBuilder();
        int level = 0;
        for (final String line : prose().values()) {
            final int hashes = line.matches("#{1,6} .*") ? line.indexOf(' ') : 0;
            if (level == 0) {
                level = hashes > 0 && line.substring(hashes + 1).equals(heading) ? hashes : 0;
            } else if (hashes > 0 && hashes <= level) {
                break;
            } else {
                section.append(line).append('\n');
            }
        }
        return section.toString();
    }
}
