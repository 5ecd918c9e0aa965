package org.usagestreams.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** Secrets of a run: random, made at its first start, each in a file that its user alone can read. */
final class Secret {
    private static final int BYTES = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secret() {}

    /** A secret: that of the file, or a new one that the file then holds. */
    static String in(Path file) throws IOException {
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        final byte[] random = new byte[BYTES];
        RANDOM.nextBytes(random);
        final String secret = HexFormat.of().formatHex(random);
        Files.createDirectories(file.getParent());
        write(file, List.of(secret));
        return secret;
    }

    /** Writes a file that its user alone can read, at no moment anybody else. */
    static Path write(Path file, List<String> lines) throws IOException {
        final Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        if (Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(next, lines, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The keys of a run's store. */
    record StoreKeys(String accessKey, String secretKey) {
        /** Those of a run's folder; new ones where it has none. */
        static StoreKeys of(Path directory) throws IOException {
            final Path secrets = directory.resolve("secrets");
            return new StoreKeys(
                    Secret.in(secrets.resolve("store-access-key")), Secret.in(secrets.resolve("store-secret-key")));
        }
    }
}
