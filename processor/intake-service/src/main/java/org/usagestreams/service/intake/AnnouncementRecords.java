package org.usagestreams.service.intake;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.consumer.TransactionalLoop;
import org.usagestreams.store.StoreException;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.notification.PayloadKey;

/**
 * Takes announced payloads into the bucket, whose notification leads on from there, and confirms each one: success as soon as the bucket
 * has it. The confirmation is committed with the announcement's offset.
 *
 * <p>An announcement whose payload cannot be fetched now goes to the topic of retries, in the same transaction, and those behind it go on.
 * From there it is taken when it is due, and goes back to the topic's end where it fails again. Belongs to one thread.
 */
final class AnnouncementRecords implements TransactionalLoop.RecordHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AnnouncementRecords.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final Options options;
    private final PayloadDownload download;
    private final PayloadStore store;
    private final WorkFolder folder;
    private final TopicCatalog topics;
    private final IntakeCounts counts;
    private final Clock clock;
    /**
     * What is done about announcements; each is a setting.
     *
     * @param service announcements with another value of the header {@code service} are passed over
     * @param validations name of the topic of confirmations
     * @param organisationPrefix what an organisation's number is named after in the bucket
     * @param bucket that payloads are put into
     * @param mostBytes of a payload
     * @param longest an announcement is refused when its payload could not be fetched for this long
     * @param pauses before an announcement is tried again
     */
    record Options(
            String service,
            String validations,
            String organisationPrefix,
            String bucket,
            long mostBytes,
            Duration longest,
            ExponentialBackoff pauses) {}

    AnnouncementRecords(
            Options options,
            PayloadDownload download,
            PayloadStore store,
            WorkFolder folder,
            TopicCatalog topics,
            IntakeCounts counts,
            Clock clock) {
        this.options = options;
        this.download = download;
        this.store = store;
        this.folder = folder;
        this.topics = topics;
        this.counts = counts;
        this.clock = clock;
    }

    @Override
    public RecordOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        final Instant now = clock.instant();
        final AnnouncementAttempts attempts;
        if (record.topic().equals(topics.name(TopicRole.ANNOUNCEMENT_RETRIES))) {
            attempts = AnnouncementAttempts.of(record, now);
        } else if (isOurs(record)) {
            attempts = AnnouncementAttempts.none(record, now);
        } else {
            return RecordOutcome.COMPLETE;
        }
        if (attempts.notBefore().isAfter(now)) {
            return new RecordOutcome.NotDue(
                    Duration.between(now, attempts.notBefore()).toMillis() + 1);
        }
        try {
            return take(record, Announcement.parse(record.value()), attempts, output);
        } catch (Announcement.MalformedException e) {
            refuse(record, attempts, e.requestId(), e.getMessage(), output);
            return RecordOutcome.COMPLETE;
        }
    }

    private boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
        final Header service = record.headers().lastHeader("service");
        return service != null
                && service.value() != null
                && options.service().equals(new String(service.value(), StandardCharsets.UTF_8));
    }

    private RecordOutcome take(
            ConsumerRecord<byte[], byte[]> record,
            Announcement announcement,
            AnnouncementAttempts attempts,
            TransactionalLoop.Output output) {
        try {
            if (announcement.size() > options.mostBytes()) {
                throw new PayloadDownload.RefusedException("it has " + announcement.size()
                        + " bytes, and intake.payload.bytes allows " + options.mostBytes());
            }
            folder.clear();
            download.fetch(announcement.url(), folder.archive());
            final String key = PayloadKey.of(
                    options.organisationPrefix() + announcement.orgId(), PayloadStore.digest(folder.archive()));
            store.put(options.bucket(), key, folder.archive(), Map.of("request-id", announcement.requestId()));
            output.send(validation(announcement.requestId(), true));
            counts.announcementsTaken.increment();
            LOG.atInfo()
                    .addKeyValue("request", announcement.requestId())
                    .addKeyValue("payload", key)
                    .log("announced payload taken");
        } catch (PayloadDownload.RefusedException e) {
            refuse(record, attempts, announcement.requestId(), e.getMessage(), output);
        } catch (StoreException e) {
            return new RecordOutcome.Unavailable(e.getMessage());
        } catch (IOException e) {
            tryAgain(record, attempts, announcement.requestId(), e, output);
        } finally {
            folder.clearQuietly();
        }
        return RecordOutcome.COMPLETE;
    }

    private void tryAgain(
            ConsumerRecord<byte[], byte[]> record,
            AnnouncementAttempts attempts,
            String request,
            IOException failure,
            TransactionalLoop.Output output) {
        final Instant now = clock.instant();
        final Instant end = attempts.since().plus(options.longest());
        if (!now.isBefore(end)) {
            refuse(
                    record,
                    attempts,
                    request,
                    "it could not be fetched for " + options.longest() + ": " + failure.getMessage(),
                    output);
            return;
        }
        final Duration pause = Duration.ofMillis(options.pauses().backoff(attempts.failed()));
        final Duration left = Duration.between(now, end);
        final AnnouncementAttempts next = attempts.failedAgain(now, pause.compareTo(left) < 0 ? pause : left);
        output.send(next.record(topics.name(TopicRole.ANNOUNCEMENT_RETRIES), request, record.value()));
        counts.announcementsDelayed.increment();
        LOG.info("Payload {} cannot be fetched, and is tried again at {}: {}", request, next.notBefore(), failure);
    }

    @Override
    public void announce(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        // The payload is not in the bucket yet, so the ledger knows nothing of it.
    }

    private void refuse(
            ConsumerRecord<byte[], byte[]> record,
            AnnouncementAttempts attempts,
            String request,
            String reason,
            TransactionalLoop.Output output) {
        new IntakeOutput(output, topics)
                .deadLetter(new DeadLetter(
                        DeadLetter.Step.ANNOUNCEMENT,
                        "Cannot take the announced payload" + (request == null ? "" : " " + request) + ": " + reason,
                        null,
                        null,
                        attempts.place(),
                        DeadLetter.payloadOf(record.value()),
                        DeadLetter.time(clock.millis())));
        if (request != null) {
            output.send(validation(request, false));
        }
        counts.announcementsRefused.increment();
        LOG.warn("announcement {} refused: {}", attempts.place(), reason);
    }

    private ProducerRecord<byte[], byte[]> validation(String request, boolean success) {
        return new ProducerRecord<>(
                options.validations(),
                request.getBytes(StandardCharsets.UTF_8),
                JSON.createObjectNode()
                        .put("request_id", request)
                        .put("validation", success ? "success" : "failure")
                        .toString()
                        .getBytes(StandardCharsets.UTF_8));
    }
}
