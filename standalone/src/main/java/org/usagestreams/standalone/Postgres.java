package org.usagestreams.standalone;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PostgreSQL server, a process of its own that commits as one in production. It does not outlive this process: a {@link
 * PostgresWatchdog} stops it.
 */
final class Postgres implements Database, AutoCloseable {
    static final String USER = "postgres";
    static final String DATABASE = "postgres";

    /** A rule that asks for no password. */
    private static final Pattern TRUST = Pattern.compile("(?m)^(\\s*(?:local|host)\\w*\\s.*\\s)trust\\s*$");

    private static final Duration START = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final PostgresWatchdog watchdog;
    private final Path data;
    private final int port;
    private final String password;
    private Path programs;

    private Postgres(EmbeddedPostgres server, PostgresWatchdog watchdog, Path data, int port, String password) {
        this.password = password;
        this.data = data;
        this.server = server;
        this.watchdog = watchdog;
        this.port = port;
    }

    static Postgres start(Path directory, int port, Path removeAfterwards) throws IOException {
        return start(directory, port, removeAfterwards, Map.of());
    }

    /**
     * Starts a server that commits as in production, with settings of its own besides ours.
     *
     * @param config settings by name, which come before ours
     * @param directory of its data, its log and the file of its superuser's password
     * @param removeAfterwards what the watchdog removes when this process has ended; null for nothing
     */
    static Postgres start(Path directory, int port, Path removeAfterwards, Map<String, String> config)
            throws IOException {
        final Path data = directory.resolve("data");
        stopLeftOver(data);
        final Path passwordFile = directory.resolve("password");
        final String password = Secret.in(passwordFile);
        final EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPGStartupWait(START)
                // Options of initdb, which come after the library's own: without them whoever is on this host is
                // superuser.
                .setLocaleConfig("auth-local", "scram-sha-256")
                .setLocaleConfig("auth-host", "scram-sha-256")
                .setLocaleConfig("pwfile", passwordFile.toAbsolutePath().toString())
                .setConnectConfig("password", password)
                .setServerConfig("max_connections", "50")
                .setServerConfig("shared_buffers", "64MB")
                // The library starts PostgreSQL with -F and synchronous_commit=off, for tests of others. What we
                // measure and
                // kill commits as in production; these come after -F on the command line, so they count.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setRegisterShutdownHook(false)
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("postgres.log").toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("postgres.log").toFile()));
        config.forEach(builder::setServerConfig);
        final PostgresWatchdog watchdog = PostgresWatchdog.start(data, removeAfterwards);
        try {
            final Postgres postgres = new Postgres(builder.start(), watchdog, data, port, password);
            postgres.requirePasswords();
            return postgres;
        } catch (IOException | RuntimeException e) {
            watchdog.release();
            throw e;
        }
    }

    /** A folder of an older version lets everybody in who is on this host. */
    private void requirePasswords() throws IOException {
        final Path rules = data.resolve("pg_hba.conf");
        final String text = Files.readString(rules);
        final Matcher trust = TRUST.matcher(text);
        if (!trust.find()) {
            return;
        }
        try {
            execute("ALTER ROLE " + USER + " PASSWORD '" + password + "'");
            Files.writeString(rules, trust.replaceAll("$1scram-sha-256"));
            execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            close();
            throw new IOException("Cannot set the password of PostgreSQL in " + data + ": " + e.getMessage(), e);
        }
    }

    /** The server's process; empty where it has ended. */
    Optional<ProcessHandle> process() throws IOException {
        return pid(data).flatMap(ProcessHandle::of);
    }

    @Override
    public String jdbcUrl() {
        return jdbcUrl(port);
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String password() {
        return password;
    }

    static String jdbcUrl(int port) {
        return "jdbc:postgresql://localhost:" + port + "/" + DATABASE;
    }

    /** A server that a killed run left, if even the watchdog was killed or is not done yet, still holds the data. */
    private static void stopLeftOver(Path data) throws IOException {
        final Optional<ProcessHandle> left = pid(data)
                .flatMap(ProcessHandle::of)
                .filter(process -> process.info().command().orElse("").contains("postgres"));
        if (left.isEmpty()) {
            return;
        }
        left.get().destroy();
        try {
            left.get().onExit().get(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // As long as one of its processes lives, no other server can start on the data.
            kill(left.get());
        } catch (ExecutionException e) {
            throw new IOException("Cannot wait for the end of PostgreSQL in " + data, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Long> pid(Path data) throws IOException {
        final Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(Files.readAllLines(file).get(0).strip()));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Ends the server and all of its processes as a power cut does. */
    void kill() throws IOException {
        kill(running());
    }

    /** Ends the server as {@code pg_ctl stop -m immediate} does: without a checkpoint, and it recovers at its next start. */
    void stopImmediately() throws IOException {
        final ProcessHandle running = running();
        control("-m", "immediate", "-w", "stop");
        running.onExit().join();
    }

    private ProcessHandle running() throws IOException {
        final ProcessHandle running = process().orElseThrow();
        programs = Path.of(running.info().command().orElseThrow()).getParent();
        return running;
    }

    private static void kill(ProcessHandle server) {
        final List<ProcessHandle> all = new ArrayList<>(server.children().toList());
        all.add(server);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }

    /** Starts the server anew after {@link #kill} or {@link #stopImmediately}, with the options that it had. */
    void revive() throws IOException {
        control("-w", "restart");
    }

    private void control(String... arguments) throws IOException {
        final List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            // PostgreSQL refuses to be root.
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(programs.resolve("pg_ctl").toString(), "-D", data.toString()));
        command.addAll(List.of(arguments));
        final Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        try {
            if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("pg_ctl " + String.join(" ", arguments) + " failed for PostgreSQL in " + data);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        watchdog.close();
    }
}
