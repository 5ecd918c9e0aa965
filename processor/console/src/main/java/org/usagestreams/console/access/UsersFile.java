package org.usagestreams.console.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of users. It is read again when it changes; where it cannot be read then, nobody is known until it can. Thread-safe.
 */
public final class UsersFile {
    private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);
    private static final int MOST_BYTES = 1 << 20;
    private static final int FIELDS = 4;

    private final Path file;
    private Stamp read;
    private Map<String, User> users = Map.of();

    private record Stamp(FileTime modified, long size) {}

    /**
     * Reads the file.
     *
     * @throws IllegalStateException where it cannot be read, or a line makes no sense
     */
    public UsersFile(Path file) {
        this.file = file;
        try {
            read = stamp();
            users = parse();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private IllegalStateException unreadable(IOException e) {
        return new IllegalStateException(
                "Cannot read " + file + ": " + e + ". Set console.users.file to a file that this process may read.", e);
    }

    private Stamp stamp() throws IOException {
        return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
    }

    /** Whose token has this hash; empty where it is nobody's, or no longer. */
    public synchronized Optional<User> byHash(String hash) {
        refresh();
        return Optional.ofNullable(users.get(hash));
    }

    private void refresh() {
        try {
            final Stamp now = stamp();
            if (!now.equals(read)) {
                read = now;
                users = Map.of();
                users = parse();
            }
        } catch (IOException | IllegalStateException e) {
            if (!users.isEmpty() || read != null) {
                LOG.error("Nobody can sign in: {}", e.getMessage());
            }
            read = null;
            users = Map.of();
        }
    }

    private Map<String, User> parse() throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw wrong(1, "the file is longer than " + MOST_BYTES + " bytes");
        }
        final Map<String, User> found = new HashMap<>();
        final List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            final String[] fields = line.split("\\s+", -1);
            if (fields.length != FIELDS) {
                throw wrong(i + 1, "it has " + fields.length + " fields instead of " + FIELDS);
            }
            final Set<String> organisations = Set.of(distinct(fields[2]));
            if (organisations.isEmpty()) {
                throw wrong(i + 1, "it names no organisation");
            }
            final User.Role role = role(fields[1], i + 1);
            final String hash = fields[3].toLowerCase(Locale.ROOT);
            if (!hash.matches("[0-9a-f]{64}")) {
                // Never shown: it may be the token itself.
                throw wrong(i + 1, "its fourth field is no SHA-256 in hexadecimal");
            }
            final User user = new User(fields[0], role, organisations);
            if (found.putIfAbsent(hash, user) != null) {
                throw wrong(i + 1, "another line has the same token");
            }
        }
        return found;
    }

    private static String[] distinct(String organisations) {
        return List.of(organisations.split(",", -1)).stream()
                .filter(name -> !name.isEmpty())
                .distinct()
                .toArray(String[]::new);
    }

    private User.Role role(String name, int line) {
        return switch (name) {
            case "viewer" -> User.Role.VIEWER;
            case "operator" -> User.Role.OPERATOR;
            default -> throw wrong(line, "there is no role " + name);
        };
    }

    private IllegalStateException wrong(int line, String why) {
        return new IllegalStateException("Cannot read line " + line + " of " + file + ": " + why
                + ". A line is: name, viewer or operator, organisations or *, SHA-256 of the token.");
    }
}
