package org.usagestreams.instance;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The label {@code organisation} of metrics. Organisations come from object keys, so their number has a limit: the first ones have
 * labels of their own. Thread-safe.
 */
public final class OrganisationLabels {
    /** The label of organisations beyond the limit. */
    public static final String OTHER = "other";

    /** The label where organisations are not told apart. */
    public static final String ALL = "all";

    private final int most;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** @param most organisations with labels of their own; 0 where they are not told apart */
    public OrganisationLabels(int most) {
        this.most = most;
    }

    /** An organisation's label. */
    public String of(String organisation) {
        if (most == 0) {
            return ALL;
        }
        if (known.contains(organisation)) {
            return organisation;
        }
        synchronized (known) {
            if (known.size() < most) {
                known.add(organisation);
                return organisation;
            }
            return OTHER;
        }
    }
}
