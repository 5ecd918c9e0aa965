package org.usagestreams.console.access;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Someone who may sign in.
 *
 * @param organisations as object keys name them; {@value #ALL} for all
 */
public record User(String name, Role role, Set<String> organisations) {
    /** What stands for all organisations. */
    public static final String ALL = "*";

    /** Whoever reaches the port, where reading needs no sign-in. */
    public static final User ANYBODY = new User("", Role.VIEWER, Set.of(ALL));

    /** What a user may do. */
    public enum Role {
        /** Reads. */
        VIEWER,
        /** Reads and changes. */
        OPERATOR
    }

    /** Keeps a copy of the organisations. */
    public User {
        organisations = Set.copyOf(organisations);
    }

    /** Whether what belongs to no organisation, and to any, is the user's as well. */
    public boolean isOfAll() {
        return organisations.contains(ALL);
    }

    /**
     * Whether the user may see what belongs to an organisation.
     *
     * @param organisation null or empty for what belongs to none
     */
    public boolean mayRead(String organisation) {
        return isOfAll() || (organisation != null && organisations.contains(organisation));
    }

    /** Whether the user may change anything at all. */
    public boolean isOperator() {
        return role == Role.OPERATOR;
    }

    /** As {@link #mayRead}, of changes. */
    public boolean mayChange(String organisation) {
        return isOperator() && mayRead(organisation);
    }

    /** The organisations in order. */
    public SortedSet<String> sorted() {
        return new TreeSet<>(organisations);
    }
}
