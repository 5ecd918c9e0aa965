package org.usagestreams.summarizer;

import java.util.List;

/**
 * Names of all that a processor application has on the broker: they follow from its id.
 *
 * @param application the setting {@code summary.application.id}
 */
public record ApplicationNames(String application) {
    /** The consumer group of the stream threads. */
    public String group() {
        return application;
    }

    /** The consumer group of the watches that tell the ledger what is loaded. */
    public String loadWatchGroup() {
        return application + "-load-watch";
    }

    /** All consumer groups. */
    public List<String> groups() {
        return List.of(group(), loadWatchGroup());
    }

    /**
     * The changelog topic of a store.
     *
     * @throws IllegalArgumentException if the store has none
     */
    public String changelog(StateStore store) {
        if (store.source().isPresent()) {
            throw new IllegalArgumentException(
                    "Store " + store.storeName() + " has no changelog topic: it is restored from "
                            + store.source().get());
        }
        return application + "-" + store.storeName() + "-changelog";
    }

    /** All changelog topics. */
    public List<String> changelogs() {
        return StateStore.withChangelog().stream().map(this::changelog).toList();
    }
}
