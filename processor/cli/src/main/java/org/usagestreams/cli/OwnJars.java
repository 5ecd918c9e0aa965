package org.usagestreams.cli;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;

/**
 * Finds resources in our own jars and in folders of the class path only. A service loader opens every jar where it looks for
 * providers; there are some 200 of others, and to open them takes longer than help does. Classes are the system's.
 */
final class OwnJars extends ClassLoader {
    private static final String PREFIX = "usage-streams-";

    private final URLClassLoader own;

    OwnJars() {
        super(Main.class.getClassLoader());
        own = new URLClassLoader(urls(System.getProperty("java.class.path")), null);
    }

    private static URL[] urls(String classPath) {
        final List<URL> urls = new ArrayList<>();
        for (final String entry : classPath.split(File.pathSeparator, -1)) {
            final Path path = Path.of(entry);
            if (!entry.endsWith(".jar") || String.valueOf(path.getFileName()).startsWith(PREFIX)) {
                try {
                    urls.add(path.toUri().toURL());
                } catch (MalformedURLException e) {
                    throw new IllegalStateException("the class path names " + entry, e);
                }
            }
        }
        return urls.toArray(URL[]::new);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return own.getResources(name);
    }
}
