package org.usagestreams.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * Maven's local repository, in which the POM of a library lies beside its jar.
 *
 * @param artifacts the folders of the artifacts on the class path, which hold a folder for each version
 */
record LocalRepository(Path root, Set<Path> artifacts) {
    /** Found by the jars of a class path. */
    static LocalRepository of(List<String> classPath) {
        final Set<Path> artifacts = new LinkedHashSet<>();
        Path root = null;
        for (final String entry : classPath) {
            final Path jar = Path.of(entry);
            if (entry.endsWith(".jar") && Files.exists(pomBeside(jar))) {
                artifacts.add(jar.getParent().getParent());
                if (jar.endsWith(Path.of(
                        "picocli",
                        jar.getParent().getFileName().toString(),
                        jar.getFileName().toString()))) {
                    // ROOT/info/picocli/picocli/VERSION/picocli-VERSION.jar
                    root = jar.resolve("../../../../..").normalize();
                }
            }
        }
        if (root == null) {
            throw new AssertionError("Cannot find the local repository: picocli is not on the class path");
        }
        return new LocalRepository(root, artifacts);
    }

    private static Path pomBeside(Path jar) {
        return jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", ".pom"));
    }

    /** The library of a jar's name; of any version of an artifact of the class path. */
    Library library(String name) {
        for (final Path folder : artifacts) {
            final String artifact = folder.getFileName().toString();
            if (name.startsWith(artifact + "-")) {
                final String version = name.substring(artifact.length() + 1, name.length() - ".jar".length());
                final Path jar = folder.resolve(version).resolve(name);
                if (Files.exists(jar)) {
                    final String group =
                            root.relativize(folder.getParent()).toString().replace('/', '.');
                    final Set<String> licences = new LinkedHashSet<>();
                    licences(pomBeside(jar)).forEach(licence -> licences.addAll(Library.identifiers(licence)));
                    return new Library(group, artifact, version, jar, List.copyOf(licences), address(pomBeside(jar)));
                }
            }
        }
        throw new AssertionError("Cannot find " + name + " in " + root);
    }

    /** The names of the licences in a POM, or in its nearest parent that names one. */
    private List<String> licences(Path pom) {
        final Element project = parse(pom);
        final List<String> names = new ArrayList<>();
        for (final Element all : children(project, "licenses")) {
            for (final Element licence : children(all, "license")) {
                names.add(text(licence, "name"));
            }
        }
        if (!names.isEmpty()) {
            return names;
        }
        return licences(parent(project).orElseThrow(() -> new AssertionError("No licence in " + pom)));
    }

    /** The project's address, or else its sources', in a POM or in its nearest parent that names one. */
    private Optional<String> address(Path pom) {
        final Element project = parse(pom);
        return Stream.concat(Stream.of(project), children(project, "scm").stream())
                .flatMap(element -> children(element, "url").stream())
                .map(url -> url.getTextContent().strip())
                .filter(url -> url.startsWith("http"))
                .findFirst()
                .or(() -> parent(project).flatMap(this::address));
    }

    /** The POM of a project's parent. */
    private Optional<Path> parent(Element project) {
        return children(project, "parent").stream().findFirst().map(parent -> {
            final String artifact = text(parent, "artifactId");
            final String version = text(parent, "version");
            return root.resolve(text(parent, "groupId").replace('.', '/'))
                    .resolve(artifact)
                    .resolve(version)
                    .resolve(artifact + "-" + version + ".pom");
        });
    }

    private static Element parse(Path pom) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(pom.toFile())
                    .getDocumentElement();
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new AssertionError("Cannot read " + pom, e);
        }
    }

    private static List<Element> children(Element parent, String name) {
        final List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }

    private static String text(Element parent, String name) {
        return children(parent, name).get(0).getTextContent().strip();
    }
}
