package org.usagestreams.reconciler;

import java.util.Optional;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;

/** The listing of a bucket. */
public interface Listing {
    /**
     * The next page, in the order of the keys' UTF-8 bytes.
     *
     * @param after keys up to this one are left out; empty for none
     */
    ObjectStore.Page page(String after) throws StoreException;

    /** One object as it is now; empty where there is none. */
    Optional<ObjectStore.Listed> now(String key) throws StoreException;
}
