package org.usagestreams.commandline;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version of our jars. A build that has none, as in an IDE, has no version either. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        final String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"usage-streams " + (version == null ? "(not built)" : version)};
    }
}
