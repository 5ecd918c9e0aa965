package org.usagestreams.simulation;

/** A process of the simulated world: its actors die together. A restarted process is a new node. */
public final class Node {
    private final String name;
    private final long skewMillis;
    private boolean crashed;
    private long pausedUntil;
    private long cutUntil;
    private int stepsToFault = -1;
    private long faultMillis;

    Node(String name, long skewMillis) {
        this.name = name;
        this.skewMillis = skewMillis;
    }

    /** The name, which need not be unique. */
    public String name() {
        return name;
    }

    /** How far its wall clock is ahead. */
    public long skewMillis() {
        return skewMillis;
    }

    /** Whether it was killed. */
    public boolean isCrashed() {
        return crashed;
    }

    /** Until when none of its actors runs. */
    long pausedUntil() {
        return pausedUntil;
    }

    /** Until when it reaches neither broker nor store. */
    public long cutUntil() {
        return cutUntil;
    }

    /** Kills it: each of its actors ends at the call that it is in. */
    public void crash() {
        crashed = true;
    }

    /** Kills it at one of its next steps. */
    public void crashAfter(int steps) {
        stepsToFault = steps;
        faultMillis = -1;
    }

    /** Stops it for a while at one of its next steps, as a garbage collection or a frozen virtual machine does. */
    public void pauseAfter(int steps, long millis) {
        stepsToFault = steps;
        faultMillis = millis;
    }

    /** Cuts its network. */
    public void cut(long until) {
        cutUntil = Math.max(cutUntil, until);
    }

    /** Counts a step, and does what was planned for it; whether that changed anything. */
    boolean countStep(long now) {
        if (stepsToFault < 0 || stepsToFault-- > 0) {
            return false;
        }
        if (faultMillis < 0) {
            crashed = true;
        } else {
            pausedUntil = now + faultMillis;
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
