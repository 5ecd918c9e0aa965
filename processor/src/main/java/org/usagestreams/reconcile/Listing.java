package org.usagestreams.reconcile;

import org.usagestreams.splitter.ObjectStore;
import org.usagestreams.splitter.StoreException;

/** A bucket's listing, by page. */
public interface Listing {
    /**
     * The next page, in the order of the keys' UTF-8 bytes.
     *
     * @param after keys up to this one are left out; empty for none
     */
    ObjectStore.Page page(String after) throws StoreException;
}
