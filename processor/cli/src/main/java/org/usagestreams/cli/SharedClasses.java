package org.usagestreams.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsCatalog;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Loads the classes that commands need at their start. The launcher runs it once with {@code -XX:ArchiveClassesAtExit}, and later
 * JVMs map that archive (class-data sharing).
 */
final class SharedClasses {
    /** What commands use after they have read their options. */
    private static final List<String> CLIENTS = List.of(
            "org.postgresql.Driver",
            "org.apache.kafka.clients.admin.KafkaAdminClient",
            "org.apache.kafka.clients.consumer.KafkaConsumer",
            "org.apache.kafka.clients.producer.KafkaProducer",
            "io.minio.MinioClient",
            "okhttp3.OkHttpClient",
            "com.fasterxml.jackson.databind.json.JsonMapper");

    private SharedClasses() {}

    public static void main(String[] arguments) throws ClassNotFoundException {
        final PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        final CommandLine line = CommandRunner.line(new Main()).setOut(nowhere).setErr(nowhere);
        line.execute("--help");
        line.execute("no-such-command");
        line.getSubcommands().keySet().forEach(name -> line.execute(name, "--help"));
        AutoComplete.bash("usage-streams", line);
        SettingsCatalog.installed().toMarkdown();
        Settings.load(null, Map.of(), Map.of("store.bucket", "usage"));
        for (final String client : CLIENTS) {
            Class.forName(client);
        }
        LoggerFactory.getLogger(SharedClasses.class).debug("loaded");
    }
}
