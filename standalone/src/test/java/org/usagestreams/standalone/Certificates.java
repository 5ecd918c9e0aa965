package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority and a certificate of localhost, made by the JDK's keytool; as PEM and as PKCS #12. */
record Certificates(Path authority, Path certificate, Path key, Path keyStore) {
    static final String PASSWORD = "changeit";

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    static Certificates make(Path directory) throws Exception {
        Files.createDirectories(directory);
        final Path ca = directory.resolve("ca.p12");
        final Path server = directory.resolve("server.p12");
        keytool(ca, "-genkeypair", "-alias", "ca", "-dname", "CN=test authority", "-ext", "bc:c", "-validity", "2");
        keytool(
                server,
                "-genkeypair",
                "-alias",
                "server",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2");
        final Path request = directory.resolve("server.csr");
        final Path signed = directory.resolve("server.pem");
        final Path authority = directory.resolve("ca.pem");
        keytool(server, "-certreq", "-alias", "server", "-file", request.toString());
        keytool(ca, "-exportcert", "-rfc", "-alias", "ca", "-file", authority.toString());
        keytool(
                ca,
                "-gencert",
                "-rfc",
                "-alias",
                "ca",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString());
        keytool(server, "-importcert", "-noprompt", "-alias", "ca", "-file", authority.toString());
        keytool(server, "-importcert", "-noprompt", "-alias", "server", "-file", signed.toString());
        return new Certificates(authority, chain(server, directory), key(server, directory), server);
    }

    private static void keytool(Path store, String... arguments) throws Exception {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        // It lives for a second.
        command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
        command.addAll(List.of(arguments));
        if ("-genkeypair".equals(arguments[0])) {
            command.addAll(List.of("-keyalg", "RSA", "-keysize", "2048"));
        }
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static Path chain(Path store, Path directory) throws IOException, GeneralSecurityException {
        final StringBuilder pem = new StringBuilder();
        for (final Certificate one : load(store).getCertificateChain("server")) {
            pem.append(pem("CERTIFICATE", one.getEncoded()));
        }
        return Files.writeString(directory.resolve("public.crt"), pem);
    }

    private static Path key(Path store, Path directory) throws IOException, GeneralSecurityException {
        final Path file = directory.resolve("private.key");
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(
                file,
                pem(
                        "PRIVATE KEY",
                        load(store).getKey("server", PASSWORD.toCharArray()).getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + LINES.encodeToString(bytes) + "\n-----END " + what + "-----\n";
    }
}
