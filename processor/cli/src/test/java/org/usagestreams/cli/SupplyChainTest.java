package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ProjectFiles;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is taken from others is named by digest, commit or checksum, and nothing by a name that moves. */
class SupplyChainTest {
    private static final Pattern IMAGE = Pattern.compile("^(?:FROM|\\s*image:)\\s+(\\S+)", Pattern.MULTILINE);
    private static final Pattern ACTION = Pattern.compile("uses:\\s*(\\S+)");
    private static final Pattern LOCKED = Pattern.compile("[0-9a-f]{64} {2}\\S+/[^/]+");

    /** Their digests could not be looked up; docker/README.md names them. */
    private static final Set<String> WITHOUT_DIGEST =
            Set.of("apache/kafka:4.4.0", "eclipse-temurin:17.0.20.1_1-jre-noble");

    /** What is run by hand alone, or by cleaning, so that the lock may not have it. */
    private static final Set<String> BY_HAND = Set.of("jmh-core", "maven-clean-plugin");

    private static List<Path> files(String folder, String... endings) throws IOException {
        try (Stream<Path> files = Files.walk(ProjectFiles.of(folder))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("/secrets/"))
                    .filter(file -> endings.length == 0 || Stream.of(endings).anyMatch(file.toString()::endsWith))
                    .toList();
        }
    }

    @Test
    void shouldNameNothingByAVersionThatMoves() throws IOException {
        final List<Path> files = new ArrayList<>(List.of(ProjectFiles.of("pom.xml")));
        for (final String folder : List.of("scripts", "docker", ".github", ".ci", ".mvn")) {
            files.addAll(files(folder));
        }
        assertThat(files).hasSizeGreaterThan(50);
        for (final Path file : files) {
            assertThat(Files.readString(file))
                    .as(file.toString())
                    .doesNotContain("@latest", ":latest", ">LATEST<", ">RELEASE<");
        }
    }

    @Test
    void shouldPinActionsByCommit() throws IOException {
        int found = 0;
        for (final Path file : files(".github/workflows", ".yml")) {
            final Matcher action = ACTION.matcher(Files.readString(file));
            while (action.find()) {
                found++;
                assertThat(action.group(1)).as(file.toString()).matches("[\\w./-]+@[0-9a-f]{40}");
            }
        }
        assertThat(found).isGreaterThan(5);
    }

    /** Those of docker/offline are stand-ins that are made here, and those of Kubernetes are ours. */
    @Test
    void shouldPinImagesOfOthersByDigest() throws IOException {
        int found = 0;
        for (final Path file : files("docker/images", ".Dockerfile")) {
            final Matcher image = IMAGE.matcher(Files.readString(file));
            while (image.find()) {
                found++;
                if (!WITHOUT_DIGEST.contains(image.group(1))) {
                    assertThat(image.group(1)).as(file.toString()).matches("\\S+@sha256:[0-9a-f]{64}");
                }
            }
        }
        assertThat(found).isEqualTo(2);
        assertThat(Files.readString(ProjectFiles.of("docker/README.md"))).contains(WITHOUT_DIGEST);
    }

    private static String lock() throws IOException {
        return Files.readString(ProjectFiles.of(".mvn/checksums/checksums.sha256"));
    }

    @Test
    void shouldHaveAChecksumOfEachLockedFile() throws IOException {
        assertThat(lock().lines())
                .hasSizeGreaterThan(500)
                .doesNotHaveDuplicates()
                .allMatch(line -> LOCKED.matcher(line).matches());
        assertThat(lock().lines().map(line -> line.substring(66))).isSorted();
        assertThat(Files.readString(ProjectFiles.of(".mvn/maven.config")))
                .contains("-Daether.artifactResolver.postProcessor.trustedChecksums=true\n")
                .contains("summaryFile.basedir=${session.rootDirectory}/.mvn/checksums\n");
    }

    @Test
    void shouldLockEachVersionThatTheParentPomNames() throws Exception {
        final DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        final Document pom =
                factory.newDocumentBuilder().parse(ProjectFiles.of("pom.xml").toFile());
        final Map<String, String> properties = new HashMap<>();
        final NodeList all = ((Element) pom.getElementsByTagName("properties").item(0)).getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            properties.put("${" + all.item(i).getNodeName() + "}", all.item(i).getTextContent());
        }
        final String lock = lock();
        int found = 0;
        for (final String kind : List.of("dependency", "plugin")) {
            final NodeList named = pom.getElementsByTagName(kind);
            for (int i = 0; i < named.getLength(); i++) {
                final Element element = (Element) named.item(i);
                final String artifact = text(element, "artifactId");
                final String given = text(element, "version");
                final String version = properties.getOrDefault(given, given);
                final String group =
                        text(element, "groupId").isEmpty() ? "org.apache.maven.plugins" : text(element, "groupId");
                if (!version.isEmpty() && !version.contains("$") && !BY_HAND.contains(artifact)) {
                    found++;
                    assertThat(lock)
                            .as("run scripts/lock")
                            .contains("  " + group.replace('.', '/') + "/" + artifact + "/" + version + "/");
                }
            }
        }
        assertThat(found).isGreaterThan(30);
    }

    /** Of a child of the element itself; empty where it has none. */
    private static String text(Element element, String name) {
        for (int i = 0; i < element.getChildNodes().getLength(); i++) {
            if (element.getChildNodes().item(i).getNodeName().equals(name)) {
                return element.getChildNodes().item(i).getTextContent();
            }
        }
        return "";
    }
}
