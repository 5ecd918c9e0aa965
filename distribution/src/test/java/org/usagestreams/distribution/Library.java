package org.usagestreams.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A library of others, as its POM describes it.
 *
 * @param licences identifiers, in the POM's order
 * @param address the project's, if a POM names one
 */
record Library(
        String group, String artifact, String version, Path jar, List<String> licences, Optional<String> address) {
    private static final Pattern TEXT = Pattern.compile("(?i)(META-INF/)?(LICEN[SC]E|COPYING)[^/]*");

    private static final String GPL_WITH_EXCEPTION = "GPL-2.0-with-classpath-exception";

    /** What POMs call licences, in the order in which it is tried: SPDX identifiers, or our own where SPDX has none. */
    private static final Map<Pattern, List<String>> IDENTIFIERS = identifiers();

    private static Map<Pattern, List<String>> identifiers() {
        final Map<Pattern, List<String>> identifiers = new LinkedHashMap<>();
        final List<List<String>> all = List.of(
                List.of("CDDL ?[/+].*", "CDDL-1.1", GPL_WITH_EXCEPTION),
                List.of("CDDL 1\\.1", "CDDL-1.1"),
                List.of("COMMON DEVELOPMENT AND DISTRIBUTION.*1\\.0", "CDDL-1.0"),
                List.of("Apache.*2(\\.0)?.*|The Apache.*2\\.0", "Apache-2.0"),
                List.of("(GPL2|GPL-2\\.0|.*GPL\\)?,? version 2).*(CPE|classpath.exception)", GPL_WITH_EXCEPTION),
                List.of("GNU General Public License, version 2", "GPL-2.0"),
                List.of("LGPL 2\\.1", "LGPL-2.1"),
                List.of("MPL 1\\.1", "MPL-1.1"),
                List.of("(EPL|Eclipse Public License).*2\\.0", "EPL-2.0"),
                List.of("(EDL|Eclipse Distribution License).*1\\.0", "EDL-1.0"),
                List.of(".*BSD.2.Clause.*", "BSD-2-Clause"),
                List.of("BSD.3.Clause|The BSD License|Modified BSD|Go License", "BSD-3-Clause"),
                List.of("MIT-0", "MIT-0"),
                List.of("(The )?MIT( License)?( \\(MIT\\))?|jQuery license", "MIT"),
                List.of("0BSD", "0BSD"),
                List.of("Public Domain.*", "CC0-1.0"),
                List.of("Bouncy Castle Licence", "MIT"),
                List.of("W3C license", "W3C-19980720"));
        all.forEach(entry -> identifiers.put(
                Pattern.compile(entry.get(0), Pattern.CASE_INSENSITIVE), entry.subList(1, entry.size())));
        return identifiers;
    }

    /** The identifiers of a licence that a POM names. */
    static List<String> identifiers(String name) {
        return IDENTIFIERS.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(name).matches())
                .findFirst()
                .map(Map.Entry::getValue)
                .orElseThrow(
                        () -> new AssertionError("Cannot tell which licence '" + name + "' is. Add it to Library."));
    }

    /** The name of the licence's text in the jar. */
    Optional<String> embeddedText() {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> TEXT.matcher(name).matches())
                    .sorted()
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
