package org.usagestreams.topics;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePatternFilter;

/** Tells brokers who may do what. As thread-safe as its client, which stays the caller's. */
public final class AccessAdmin {
    /** As Kafka's own tools have it. */
    private static final int ITERATIONS = 4_096;

    private final Admin admin;

    /** Works with this client. */
    public AccessAdmin(Admin admin) {
        this.admin = admin;
    }

    /**
     * Makes a user that shows who it is by SCRAM-SHA-512, or gives it another password.
     *
     * @throws IllegalArgumentException where the password is empty
     * @throws IllegalStateException where the brokers refuse
     */
    public void setPassword(String user, String password) throws InterruptedException {
        if (password.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot set the password of " + user + ": it is empty. Write one to the user's file.");
        }
        get(
                "set the password of " + user,
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password)))
                        .all());
    }

    /**
     * Adds ACLs.
     *
     * @throws IllegalStateException where the brokers refuse
     */
    public void allow(Collection<AclBinding> bindings) throws InterruptedException {
        get("set the ACLs", admin.createAcls(bindings).all());
    }

    /**
     * Removes what the users of these ACLs are allowed besides.
     *
     * @return what was removed
     * @throws IllegalStateException where the brokers refuse
     */
    public List<AclBinding> prune(Collection<AclBinding> bindings) throws InterruptedException {
        final Set<String> principals = new TreeSet<>();
        bindings.forEach(binding -> principals.add(binding.entry().principal()));
        final Set<AclBinding> superfluous = new HashSet<>();
        for (final String principal : principals) {
            superfluous.addAll(get(
                    "list the ACLs of " + principal,
                    admin.describeAcls(new AclBindingFilter(
                                    ResourcePatternFilter.ANY,
                                    new AccessControlEntryFilter(
                                            principal, null, AclOperation.ANY, AclPermissionType.ALLOW)))
                            .values()));
        }
        superfluous.removeAll(new HashSet<>(bindings));
        get(
                "remove ACLs",
                admin.deleteAcls(superfluous.stream().map(AclBinding::toFilter).toList())
                        .all());
        return List.copyOf(superfluous);
    }

    private static <T> T get(String what, KafkaFuture<T> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "Cannot " + what + ": the brokers refuse: " + e.getCause().getMessage()
                            + ". Connect as a user that may alter the cluster.",
                    e.getCause());
        }
    }
}
