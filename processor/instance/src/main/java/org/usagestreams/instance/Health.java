package org.usagestreams.instance;

/**
 * How an instance is.
 *
 * @param live whether it works, or will by itself; one that is not has to be started anew
 * @param ready whether it does its part now; one that restores state, or waits for the store, is live and not ready
 * @param detail what it is doing, for people
 */
public record Health(boolean live, boolean ready, String detail) {
    /** Does its part. */
    public static Health ready(String detail) {
        return new Health(true, true, detail);
    }

    /** Will do its part. */
    public static Health notReady(String detail) {
        return new Health(true, false, detail);
    }

    /** Has to be started anew. */
    public static Health dead(String detail) {
        return new Health(false, false, detail);
    }
}
