package org.usagestreams.splitter;

import java.time.LocalDate;
import java.util.Set;

/** Which days beyond retention were taken back, and are not yet left to themselves again. Implementations are thread-safe. */
@FunctionalInterface
public interface ReadmittedDays {
    /** Knows of none. */
    ReadmittedDays NONE = (organisation, source) -> Set.of();

    /**
     * The usage dates of a source that are taken back now.
     *
     * @param organisation as the object's key names it; empty if it names none
     * @param source in lower case
     */
    Set<LocalDate> of(String organisation, String source);

    /**
     * Looks for days that were taken back since. An object may come as soon as its day was taken back, so this is called before an
     * object is refused. Afterwards {@link #of} may answer differently.
     */
    default void refresh() {}
}
