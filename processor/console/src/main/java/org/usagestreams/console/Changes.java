package org.usagestreams.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.console.access.User;
import org.usagestreams.console.audit.AuditEntry;
import org.usagestreams.console.audit.AuditLog;
import org.usagestreams.instance.WebSite.Caller;

/** Makes changes, one at a time, and has each of them written down before. Thread-safe. */
final class Changes {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

    private final AuditLog audit;
    private final ReentrantLock one = new ReentrantLock();

    Changes(AuditLog audit) {
        this.audit = audit;
    }

    /** Changes something; what is returned tells what came of it. */
    interface Change {
        ObjectNode make() throws Exception;
    }

    /**
     * Makes a change.
     *
     * @param subject what is changed
     */
    ObjectNode make(User user, Caller caller, String what, ObjectNode subject, Change change) {
        if (!one.tryLock()) {
            throw Refusal.conflict("Another change is in progress. Try again in a moment.");
        }
        try {
            final AuditEntry entry = begin(user, caller, what, subject);
            try {
                final ObjectNode result = change.make();
                audit.end(entry, AuditEntry.Outcome.DONE, result.toString());
                return result;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                audit.end(entry, AuditEntry.Outcome.FAILED, String.valueOf(e.getMessage()));
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.unavailable("The console is stopping.", e);
        } catch (Refusal e) {
            throw e;
        } catch (ExecutionException | KafkaException e) {
            LOG.warn("Cannot {}: {}", what, e.getMessage(), e);
            throw Refusal.unavailable("Kafka did not accept all records: " + e.getMessage(), e);
        } catch (SQLException e) {
            LOG.warn("Cannot {}: {}", what, e.getMessage(), e);
            throw Refusal.unavailable("PostgreSQL did not accept the change: " + e.getMessage(), e);
        } catch (Exception e) {
            throw Refusal.conflict(String.valueOf(e.getMessage()));
        } finally {
            one.unlock();
        }
    }

    /** Writes down what is about to begin, and goes on elsewhere. */
    AuditEntry begin(User user, Caller caller, String what, ObjectNode subject) throws InterruptedException {
        try {
            return audit.begin(user.name(), caller.address(), what, subject.toString());
        } catch (AuditLog.UnwrittenException e) {
            LOG.warn("{}", e.getMessage(), e);
            throw Refusal.unavailable(e.getMessage(), e);
        }
    }

    /** Writes down what came of it. */
    void end(AuditEntry begun, AuditEntry.Outcome outcome, String detail) throws InterruptedException {
        audit.end(begun, outcome, detail);
    }
}
