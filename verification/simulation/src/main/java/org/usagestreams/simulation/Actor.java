package org.usagestreams.simulation;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Blocking code in a separate thread, which runs only when it has the baton. */
final class Actor {
    /** Threads outlive the actors that they run, since starting one takes longer than a short history. */
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        final Thread thread = new Thread(task, "simulated");
        thread.setDaemon(true);
        return thread;
    });

    final String name;
    final Node node;
    final int number;
    /** When it goes on at the latest. */
    long wakeAt;
    /** Goes on earlier where this holds; null for no condition. */
    BooleanSupplier condition;

    boolean ended;
    Throwable failure;
    private volatile boolean turn;
    private volatile Thread thread;
    private boolean started;

    Actor(String name, Node node, int number) {
        this.name = name;
        this.node = node;
        this.number = number;
    }

    /** Hands the baton to this actor; the first time its body begins. */
    void resume(Runnable body) {
        turn = true;
        if (!started) {
            started = true;
            THREADS.execute(body);
        } else {
            LockSupport.unpark(thread);
        }
    }

    void attach() {
        thread = Thread.currentThread();
    }

    /** Waits for the baton. */
    void awaitTurn() {
        while (!turn) {
            LockSupport.park(this);
        }
        turn = false;
    }
}
