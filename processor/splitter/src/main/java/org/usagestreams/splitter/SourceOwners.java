package org.usagestreams.splitter;

import java.util.Optional;

/** The organisation that a source is registered to, according to reference data. Implementations are thread-safe. */
@FunctionalInterface
public interface SourceOwners {
    /** Knows of no registration, so that every organisation may name every source. */
    SourceOwners UNKNOWN = (organisation, source) -> Optional.empty();

    /**
     * Another organisation that a source is registered to.
     *
     * @param organisation as the object's key names it; empty if it names none
     * @param source in lower case
     * @return empty where the source is registered to that organisation or to every one, and where it is not registered
     */
    Optional<String> otherOwner(String organisation, String source);
}
