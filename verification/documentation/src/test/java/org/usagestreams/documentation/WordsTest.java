package org.usagestreams.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ProjectFiles;

/** Texts that people read keep to the word lists in {@code .vale/styles}, as Vale checks them where it is there. */
class WordsTest {
    /** The lists themselves, and what was written before them. */
    private static final Set<String> NOT_CHECKED = Set.of("CHANGELOG.md", "docs/crash-rounds.md", "docs/glossary.md");

    /** What the benchmark writes. */
    private static final String REPORTS = "docs/benchmark/";

    /** Comments and texts in Java. A text goes on in the next line after a plus. */
    private static final Pattern JAVA_TEXT =
            Pattern.compile("/\\*.*?\\*/|//[^\\n]*|\"(?:[^\"\\\\\\n]|\\\\.)*\"", Pattern.DOTALL);

    private static final Pattern SIGNS = Pattern.compile("\\s*(?:\\R\\s*(?:\\*|//|--|#)?)+\\s*|[\"]");

    private static Map<Pattern, String> phrases;
    private static Map<Pattern, String> terms;

    @BeforeAll
    static void readLists() throws IOException {
        phrases = new LinkedHashMap<>();
        list("Phrases").get("tokens").forEach(token -> phrases.put(words(token.asText()), "say it plainly"));
        terms = new LinkedHashMap<>();
        list("Terms")
                .get("swap")
                .properties()
                .forEach(swap -> terms.put(
                        words(swap.getKey()), "use \"" + swap.getValue().asText() + "\""));
    }

    private static JsonNode list(String name) throws IOException {
        return new YAMLMapper()
                .readTree(ProjectFiles.of(".vale/styles/UsageStreams/" + name + ".yml")
                        .toFile());
    }

    private static Pattern words(String expression) {
        return Pattern.compile(
                "(?<![\\w-])(?:" + expression.replace(" ", "\\s+") + ")(?![\\w-])", Pattern.CASE_INSENSITIVE);
    }

    @Test
    void shouldUsePlainWordsInPages() {
        final List<String> found = new ArrayList<>();
        for (final Page page : Page.all()) {
            if (!NOT_CHECKED.contains(page.name()) && !page.name().startsWith(REPORTS)) {
                final String prose = page.prose().values().stream()
                        .map(line -> line.replaceAll("`[^`]*`", "`code`"))
                        .collect(Collectors.joining("\n"));
                found.addAll(problems(page.name(), prose, phrases));
                found.addAll(problems(page.name(), prose, terms));
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void shouldUsePlainWordsInCodeAndConfiguration() throws IOException {
        final List<String> found = new ArrayList<>();
        for (final String root : List.of("topics", "connectors", "processor", "standalone", "docker", "scripts")) {
            try (Stream<Path> files = Files.walk(ProjectFiles.of(root))) {
                for (final Path file : files.filter(Files::isRegularFile)
                        .filter(file -> !file.toString().contains("/target/")
                                && !file.toString().contains("/test/")
                                && (file.getParent().endsWith("scripts")
                                        || file.toString().matches(".*\\.(java|yaml|yml|sql|sh|json|properties)")))
                        .toList()) {
                    found.addAll(problems(
                            ProjectFiles.of(".")
                                    .normalize()
                                    .relativize(file.normalize())
                                    .toString(),
                            text(file.toString(), Files.readString(file)),
                            phrases));
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void shouldFindWhatTheListsName() {
        assertThat(problems("x", "It is exact, and nobody\nruns anything.", phrases))
                .hasSize(1);
        assertThat(problems("x", "The yardstick is DuckDB.", terms)).hasSize(1);
        assertThat(problems("x", text("x.java", "say(\"it is broken\"\n        + \" off\");"), phrases))
                .hasSize(1);
        assertThat(problems("x", text("x.java", "/** It is broken\n * off. */"), phrases))
                .hasSize(1);
        assertThat(problems("x", text("x.java", "String mended = null;"), phrases))
                .isEmpty();
        assertThat(problems("x", "A recommendation, and an amendment.", phrases))
                .isEmpty();
    }

    /** What people read of a file, without line breaks and quotes. */
    private static String text(String name, String content) {
        final String read = name.endsWith(".java")
                ? JAVA_TEXT.matcher(content).results().map(MatchResult::group).collect(Collectors.joining(" "))
                : content;
        return SIGNS.matcher(read).replaceAll(" ").replaceAll("\\s+", " ");
    }

    private static List<String> problems(String name, String text, Map<Pattern, String> rules) {
        final List<String> problems = new ArrayList<>();
        rules.forEach((words, advice) -> {
            final Matcher match = words.matcher(text);
            while (match.find()) {
                problems.add(name + ": \""
                        + text.substring(Math.max(0, match.start() - 40), match.end())
                                .replaceAll("\\s+", " ") + "\": " + advice);
            }
        });
        return problems;
    }
}
