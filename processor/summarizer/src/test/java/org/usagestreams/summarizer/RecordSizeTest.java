package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;
import org.usagestreams.summarizer.ledger.LedgerJson;
import org.usagestreams.summarizer.ledger.ObjectEntries;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.DaySlice;
import org.usagestreams.wire.message.DaySliceStatus;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectLedger;
import org.usagestreams.wire.message.ObjectState;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.message.Resummarise;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.message.SliceSeen;
import org.usagestreams.wire.message.SliceStatus;
import org.usagestreams.wire.message.Split;

/** The size of each record of ours at the limits of docs/limits.md, against the default of {@code max.request.size}. */
class RecordSizeTest {
    private static final int MAX_REQUEST = 1_048_576;

    /** Room for a record's key, headers and the batch around it. */
    private static final int FITS = MAX_REQUEST - 16 * 1024;

    /** The greatest value of splitter.dates. */
    private static final int DATES = 1_000;

    private static final String WIDE = "\u65e5";

    /** Every text as long as a notification, or an object's metadata, may make it. */
    private static ObjectVersion longest() {
        return ObjectVersion.newBuilder()
                .setBucket("b".repeat(255))
                .setKey("k".repeat(1024))
                .setEtag("e".repeat(255))
                .setVersionId("v".repeat(1024))
                .setSequencer("f".repeat(255))
                .setEventTimeMillis(Long.MAX_VALUE)
                .setUploadedMillis(Long.MAX_VALUE)
                .setManifestId("m".repeat(8 << 10))
                .setReportHours(-1)
                .setSize(Long.MAX_VALUE)
                .build();
    }

    private static List<Integer> dates(int first) {
        final List<Integer> dates = new ArrayList<>();
        for (int i = 0; i < DATES; i++) {
            dates.add(first + 2 * i);
        }
        return dates;
    }

    private static Failed failure() {
        final DeadLetter deadLetter = deadLetter();
        return Failed.newBuilder()
                .setStep(deadLetter.step().name())
                .setReason(deadLetter.reason())
                .setDeadLetter(deadLetter.id())
                .build();
    }

    private static DeadLetter deadLetter() {
        return new DeadLetter(
                DeadLetter.Step.SUMMARISE,
                WIDE.repeat(100_000),
                DeadLetter.ObjectOf.version(longest()),
                "chunk " + WIDE.repeat(1_000_000),
                "usage.chunks-999@9223372036854775807",
                DeadLetter.payloadOf(new byte[900_000]),
                DeadLetter.time(0));
    }

    @Test
    void shouldBoundADeadLetterByWhatItQuotes() {
        assertThat(deadLetter().toJson().length + deadLetter().key().length).isLessThan(64 << 10);
    }

    @Test
    void shouldFitFactsAndStateOfAnObjectOfTheMostDates() {
        final Split split = Split.newBuilder()
                .addAllDates(dates(2_900_000))
                .setRows(Long.MAX_VALUE)
                .build();
        assertThat(ObjectFact.newBuilder()
                        .setVersion(longest())
                        .setSplit(split)
                        .build()
                        .getSerializedSize())
                .isLessThan(FITS);
        assertThat(ObjectFact.newBuilder()
                        .setVersion(longest())
                        .setSliceSeen(SliceSeen.newBuilder().addAllDates(dates(2_900_000)))
                        .build()
                        .getSerializedSize())
                .isLessThan(FITS);
        assertThat(ObjectState.newBuilder()
                        .setVersion(longest())
                        .addAllDates(dates(2_900_000))
                        .build()
                        .getSerializedSize())
                .isLessThan(FITS);
        final SliceEnd.Builder end = SliceEnd.newBuilder()
                .setSlice(Slice.newBuilder().setVersion(longest()))
                .addAllDates(dates(2_900_000));
        for (int i = 0; i < 64; i++) {
            end.addIntervalStarts(Long.MIN_VALUE + i);
        }
        assertThat(end.build().getSerializedSize()).isLessThan(FITS);
    }

    @Test
    void shouldFitALedgerEntryWithAnEarlierEventOnAllDates() {
        ObjectLedger ledger = ObjectLedger.getDefaultInstance();
        for (int event = 0; event < 4; event++) {
            final ObjectVersion version =
                    longest().toBuilder().setEventTimeMillis(1000L + event).build();
            final List<Integer> dates = dates(2_000_000 + event * 10_000);
            ledger = apply(
                    ledger,
                    version,
                    builder -> builder.setSplit(Split.newBuilder().addAllDates(dates)));
            for (final int date : dates) {
                final DaySliceStatus.Builder status =
                        DaySliceStatus.newBuilder().setDate(date).setStatus(SliceStatus.COUNTED);
                ledger = apply(ledger, version, builder -> builder.setSliceStatus(status));
            }
            ledger = apply(
                    ledger,
                    version,
                    builder -> builder.setSliceStatus(DaySliceStatus.newBuilder()
                            .setDate(dates.get(0))
                            .setStatus(SliceStatus.REJECTED)
                            .setFailed(failure())));
        }
        final LedgerEntry entry = ledger.getEntriesList().stream()
                .max(Comparator.comparingInt(LedgerEntry::getSerializedSize))
                .orElseThrow();
        assertThat(entry.getEarlierCount()).isGreaterThan(DATES);
        assertThat(entry.getSerializedSize()).isLessThan(FITS);
        assertThat(LedgerJson.value(entry).length).isLessThan(FITS);
    }

    private static ObjectLedger apply(
            ObjectLedger ledger, ObjectVersion version, java.util.function.Consumer<ObjectFact.Builder> word) {
        final ObjectFact.Builder fact =
                ObjectFact.newBuilder().setVersion(version).setFoundMillis(1);
        word.accept(fact);
        return ObjectEntries.apply(ledger, fact.build(), 16).ledger();
    }

    @Test
    void shouldFitTheStateOfADayOfAnyNumberOfObjects() {
        assertThat(DaySlice.newBuilder()
                        .setVersion(longest())
                        .setStatus(SliceStatus.COUNTED)
                        .build()
                        .getSerializedSize())
                .isLessThan(FITS);
        assertThat(PublishedDay.newBuilder()
                        .setRevision(Long.MAX_VALUE)
                        .setRows(Integer.MAX_VALUE)
                        .setRowsSetAside(Integer.MAX_VALUE)
                        .setChangedMillis(Long.MAX_VALUE)
                        .setReadmittedUntilMillis(Long.MAX_VALUE)
                        .setTell(true)
                        .setSlices(Integer.MAX_VALUE)
                        .setSlicesCounted(Integer.MAX_VALUE)
                        .build()
                        .getSerializedSize())
                .isLessThan(100);
    }

    @Test
    void shouldWriteABlockOfManyRowsInPartsAndRemoveThoseThatAreNoMore() {
        try (TopologyHarness harness = new TopologyHarness()) {
            final PublishedStore published = new PublishedStore(harness.stores.get(Names.PUBLISHED));
            final DayKey day = new DayKey(Pods.ORGANISATION, Pods.SOURCE, LocalDate.parse("2025-11-03"));
            // All in one block, as many as a block has of 13 million rows a day.
            final Map<UUID, Long> rows = new HashMap<>();
            for (long i = 0; i < 50_000; i++) {
                rows.put(new UUID(i, i), i << 1);
            }
            published.save(day, Map.of(), rows);
            assertThat(published.load(day)).isEqualTo(rows);
            assertThat(harness.stores.largestRecords().get(Names.PUBLISHED))
                    .isLessThan(FITS)
                    .isGreaterThan(PublishedStore.PART_ROWS * 24);
            assertThat(records(harness)).isEqualTo(4);
            final Map<UUID, Long> few = Map.of(new UUID(1, 1), 8L);
            published.save(day, rows, few);
            assertThat(published.load(day)).isEqualTo(few);
            assertThat(records(harness)).isEqualTo(1);
            published.forget(day);
            assertThat(records(harness)).isZero();
        }
    }

    private static int records(TopologyHarness harness) {
        int records = 0;
        try (KeyValueIterator<String, byte[]> all =
                harness.stores.get(Names.PUBLISHED).all()) {
            for (; all.hasNext(); all.next()) {
                records++;
            }
        }
        return records;
    }

    @Test
    void shouldFitACommandOfTheMostRows() {
        assertThat(DayCommand.newBuilder()
                        .setResummarise(Resummarise.newBuilder()
                                .setRewrite(true)
                                .setUuids(com.google.protobuf.ByteString.copyFrom(new byte[20_000 * 16])))
                        .build()
                        .getSerializedSize())
                .isLessThan(FITS);
    }

    @Test
    void shouldKeepEveryRecordOfADayOfManyObjectsSmall() {
        try (TopologyHarness harness = new TopologyHarness()) {
            final byte[] one = Pods.onDays("2025-11-03");
            for (int i = 0; i < 3_000; i++) {
                Pods.put(harness, History.LIMITS, Pods.version("f" + i, i), one);
            }
            harness.settle();
            assertThat(harness.stores.days().values()).singleElement().satisfies(day -> {
                assertThat(day.getSlices()).isEqualTo(3_000);
                assertThat(day.getSlicesCounted()).isEqualTo(1);
            });
            assertThat(harness.stores.largestRecords().values())
                    .allSatisfy(size -> assertThat(size).isLessThan(4_096));
        }
    }
}
