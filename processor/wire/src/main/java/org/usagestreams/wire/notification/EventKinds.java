package org.usagestreams.wire.notification;

import java.util.Map;
import java.util.Set;

/**
 * Decides what the name of an event means. {@code docs/notifications.md} has the same as a table, with what each store
 * sends. Names come with the prefix {@code s3:} or without.
 */
final class EventKinds {
    private static final String CREATED = "ObjectCreated";

    /** Actions of {@code ObjectCreated} that replace an object's contents. */
    private static final Set<String> UPLOADS = Set.of("Put", "Post", "Copy", "CompleteMultipartUpload");

    /**
     * Actions that MinIO sends as {@code ObjectCreated} for changes beside the contents; {@code PutAcl} is an older
     * MinIO's.
     */
    private static final Set<String> NOT_CONTENTS =
            Set.of("PutTagging", "DeleteTagging", "PutRetention", "PutLegalHold", "PutAcl", "PutACL");

    /** Names before the first colon, for all actions but those below. */
    private static final Map<String, BucketEvent.Kind> BY_TYPE = Map.of(
            "ObjectRemoved", BucketEvent.Kind.REMOVED,
            "LifecycleExpiration", BucketEvent.Kind.REMOVED,
            "LifecycleDelMarkerExpiration", BucketEvent.Kind.REMOVED,
            "ReducedRedundancyLostObject", BucketEvent.Kind.REMOVED);

    /** Names that mean something else than others of their type; Ceph's lifecycle and multisite events. */
    private static final Map<String, BucketEvent.Kind> BY_NAME = Map.of(
            "ObjectRemoved:NoOP", BucketEvent.Kind.OTHER,
            "ObjectLifecycle:Expiration:Current", BucketEvent.Kind.REMOVED,
            "ObjectLifecycle:Expiration:NonCurrent", BucketEvent.Kind.REMOVED,
            "ObjectLifecycle:Expiration:Noncurrent", BucketEvent.Kind.REMOVED,
            "ObjectLifecycle:Expiration:DeleteMarker", BucketEvent.Kind.REMOVED,
            "ObjectSynced:Create", BucketEvent.Kind.CHECK,
            "ObjectSynced:Delete", BucketEvent.Kind.REMOVED,
            "ObjectSynced:DeletionMarkerCreated", BucketEvent.Kind.REMOVED);

    private EventKinds() {}

    /** The kind of an event of that name. */
    static BucketEvent.Kind of(String eventName) {
        final String name = eventName.startsWith("s3:") ? eventName.substring("s3:".length()) : eventName;
        final int colon = name.indexOf(':');
        final String type = colon < 0 ? name : name.substring(0, colon);
        if (type.equals(CREATED)) {
            return created(colon < 0 ? "" : name.substring(colon + 1));
        }
        final BucketEvent.Kind named = BY_NAME.get(name);
        return named != null ? named : BY_TYPE.getOrDefault(type, BucketEvent.Kind.OTHER);
    }

    /** What an unknown action of creation did is not known, so it must not pass for the time of an upload. */
    private static BucketEvent.Kind created(String action) {
        if (UPLOADS.contains(action)) {
            return BucketEvent.Kind.CREATED;
        }
        return NOT_CONTENTS.contains(action) ? BucketEvent.Kind.OTHER : BucketEvent.Kind.CHECK;
    }
}
