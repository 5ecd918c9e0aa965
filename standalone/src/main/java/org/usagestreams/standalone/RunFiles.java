package org.usagestreams.standalone;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The files by which other commands and psql reach a run. */
final class RunFiles {
    private static final String SETTINGS_FILE = "usage-streams.properties";

    /** As psql reads it. */
    private static final String PASSWORD_FILE = "pgpass";

    private final EmbeddedCluster cluster;

    RunFiles(EmbeddedCluster cluster) {
        this.cluster = cluster;
    }

    /** Prints how to query, upload and look. */
    void explain(PrintWriter out) {
        final Path file = cluster.directory().resolve(SETTINGS_FILE);
        out.println("query:     " + psql() + " -c 'SELECT * FROM " + cluster.table() + "'");
        out.println("upload to: " + cluster.endpoint() + " bucket " + cluster.bucket() + ", keys in " + file);
        out.println("           scripts/upload -c " + file + " --wait --source UUID FILE|DIR...");
        out.println("keys:      data/<org>/OCP/source=<uuid>/year=.../openshift_pod_usage_line_items/<name>.parquet");
        out.println("payloads:  scripts/payload -c " + file + " --organisation ORG --wait FILE.tar.gz...");
        out.println("status:    scripts/status -c " + file);
        out.println("Ctrl-C ends.");
        out.flush();
    }

    private String psql() {
        final URI url = URI.create(cluster.postgres().jdbcUrl().replaceFirst("^jdbc:", ""));
        return "PGPASSFILE=" + cluster.directory().resolve(PASSWORD_FILE) + " psql -h " + url.getHost() + " -p "
                + url.getPort() + " -U " + cluster.postgres().user() + " "
                + url.getPath().substring(1);
    }

    /** Writes them, for this user alone. */
    void write() throws IOException {
        Secret.write(cluster.directory().resolve(SETTINGS_FILE), settingsLines(cluster));
        Secret.write(
                cluster.directory().resolve(PASSWORD_FILE),
                List.of("*:*:*:" + cluster.postgres().user() + ":"
                        + cluster.postgres().password()));
    }

    /** How other commands reach a cluster, as properties. */
    static List<String> settingsLines(EmbeddedCluster cluster) {
        return List.of(
                "# How other commands reach this run.",
                "kafka.bootstrap.servers=" + cluster.settings().text("kafka.bootstrap.servers"),
                "topics.partitions=" + cluster.settings().integer("topics.partitions"),
                "store.endpoint=" + cluster.endpoint(),
                "store.bucket=" + cluster.bucket(),
                "store.access.key=" + cluster.settings().text("store.access.key"),
                "store.secret.key=" + cluster.settings().plain("store.secret.key"),
                "intake.instance.dir="
                        + Path.of(cluster.settings().text("intake.instance.dir"))
                                .toAbsolutePath(),
                "postgres.url=" + cluster.postgres().jdbcUrl(),
                "postgres.user=" + cluster.postgres().user(),
                "postgres.password=" + cluster.postgres().password(),
                "summary.state.dir="
                        + Path.of(cluster.settings().text("summary.state.dir")).toAbsolutePath(),
                // Another splitter of this file takes the next place, and with it a name of its own.
                "splitter.instance.dir="
                        + Path.of(cluster.settings().text("splitter.instance.dir"))
                                .toAbsolutePath());
    }
}
