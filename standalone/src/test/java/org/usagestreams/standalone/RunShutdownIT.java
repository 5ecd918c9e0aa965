package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is told to end does so within 10 s, and some seconds for a loaded machine, whatever its parts wait for. */
class RunShutdownIT {
    private static final Duration READY_WITHIN = Duration.ofMinutes(8);
    private static final long END_SECONDS = 15;

    @TempDir
    private Path directory;

    private Process process;
    private int number;

    @AfterEach
    void endLeftOver() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void start(int connectPort) throws IOException {
        number++;
        process = RunProcess.start(directory.resolve("data"), log(), connectPort);
    }

    private Path log() {
        return directory.resolve("run-" + number + ".log");
    }

    private String said() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return "";
        }
    }

    private void awaitReady() {
        await().atMost(READY_WITHIN).until(() -> said().contains("Ctrl-C ends.") || !process.isAlive());
        assertThat(process.isAlive()).as(said()).isTrue();
    }

    /** The servers' processes, the postmaster first. */
    private List<ProcessHandle> postgres() throws IOException {
        final long pid = Long.parseLong(Files.readAllLines(directory.resolve("data/postgres/data/postmaster.pid"))
                .get(0)
                .strip());
        final ProcessHandle server = ProcessHandle.of(pid).orElseThrow();
        final List<ProcessHandle> all = new ArrayList<>(List.of(server));
        all.addAll(server.children().toList());
        return all;
    }

    private static void signal(String name, List<ProcessHandle> processes) throws Exception {
        final List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(one -> command.add(Long.toString(one.pid())));
        new ProcessBuilder(command).start().waitFor();
    }

    private void terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS))
                .as("ends within " + END_SECONDS + " s of SIGTERM: " + said())
                .isTrue();
    }

    private static void awaitEnd(ProcessHandle server) {
        await().atMost(Duration.ofSeconds(30)).until(() -> !server.isAlive());
    }

    @Test
    @Tag("long")
    void shouldEndSoonAfterSigtermEachTime() throws Exception {
        for (int run = 0; run < 3; run++) {
            start(0);
            awaitReady();
            final ProcessHandle server = postgres().get(0);
            terminate();
            awaitEnd(server);
        }
    }

    @Test
    void shouldEndSoonAfterSigtermWhilePartsStart() throws Exception {
        start(0);
        final Path pid = directory.resolve("data/postgres/data/postmaster.pid");
        await().atMost(READY_WITHIN).until(() -> Files.exists(pid));
        terminate();
        await().atMost(Duration.ofSeconds(30)).until(() -> !Files.exists(pid));
    }

    @Test
    void shouldEndWhenConnectWaitsForARequest() throws Exception {
        final int port = Ports.free();
        start(port);
        awaitReady();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                OutputStream out = socket.getOutputStream()) {
            // A request whose body never comes: Jetty waits for it for a minute.
            out.write(("POST /connectors HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 1000\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            terminate();
        }
    }

    @Test
    void shouldEndWhenTheSinksWaitForPostgres() throws Exception {
        start(0);
        awaitReady();
        final List<ProcessHandle> servers = postgres();
        signal("STOP", servers);
        try {
            terminate();
        } finally {
            signal("CONT", servers);
        }
        awaitEnd(servers.get(0));
    }
}
