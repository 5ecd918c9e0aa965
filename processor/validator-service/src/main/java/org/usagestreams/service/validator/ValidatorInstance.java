package org.usagestreams.service.validator;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.instance.HttpInterface;
import org.usagestreams.instance.InstanceHttp;
import org.usagestreams.instance.InstanceMetrics;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.OrganisationLabels;
import org.usagestreams.instance.PeriodicThread;
import org.usagestreams.instance.RunningParts;
import org.usagestreams.ledger.ValidationSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.validation.Validation;

/** A validator, and its HTTP interface. */
public final class ValidatorInstance implements AutoCloseable {
    /** Differences that a comparison tells one by one. */
    private static final int TOLD = 5;

    private final RunningParts parts = new RunningParts();
    private PeriodicThread thread;
    private ContinuousValidation continuous;

    private ValidatorInstance() {}

    /** Starts one, in the first free slot of this host. */
    public static ValidatorInstance start(Settings settings) {
        final ValidatorInstance instance = new ValidatorInstance();
        instance.parts.start(() -> instance.begin(settings));
        return instance;
    }

    private void begin(Settings settings) {
        final InstanceSlot slot = parts.add(InstanceSlot.take(Path.of(settings.text(ValidationSettings.DIRECTORY))));
        final InstanceMetrics metrics = parts.add(new InstanceMetrics(settings.list("metrics.kafka.exclude")));
        final Validation validation = new Validation(
                settings,
                slot.directory(),
                settings.text(ValidationSettings.MEMORY),
                settings.integer(ValidationSettings.THREADS));
        continuous = parts.add(new ContinuousValidation(
                () -> ValidatedDays.open(settings),
                day -> validation.run(day.organisation(), day.source(), day.date(), TOLD),
                Time.SYSTEM,
                ContinuousValidation.Options.of(settings)));
        final Meters meters = new Meters(
                metrics.registry(), continuous, new OrganisationLabels(settings.integer("metrics.organisations")));
        thread = parts.add(new PeriodicThread("validation", () -> {
            continuous.step();
            meters.refresh();
        }));
        parts.add(InstanceHttp.start(
                settings,
                "validator",
                slot,
                new HttpInterface.Pages(continuous::health, metrics, null, null, settings.millis("http.resize.ms"))));
        thread.start();
    }

    /** The metrics of days, by organisation. */
    private static final class Meters {
        private final ContinuousValidation continuous;
        private final OrganisationLabels labels;
        private final MultiGauge days;
        private final MultiGauge differing;
        private final MultiGauge doubled;

        Meters(MeterRegistry registry, ContinuousValidation continuous, OrganisationLabels labels) {
            this.continuous = continuous;
            this.labels = labels;
            days = MultiGauge.builder("usage_streams_validated_days")
                    .description("days by the result of validating the revision in the table: same, different,"
                            + " unknown, or open if it was not compared yet")
                    .register(registry);
            differing = MultiGauge.builder("usage_streams_rows_differing")
                    .description("rows that differ from those derived from the bucket")
                    .register(registry);
            doubled = MultiGauge.builder("usage_streams_rows_doubled")
                    .description("rows of cost management's own summary for the same usage")
                    .register(registry);
            FunctionCounter.builder("usage_streams_validations", continuous, ContinuousValidation::validated)
                    .description("days that were compared with the bucket")
                    .register(registry);
            FunctionCounter.builder("usage_streams_validation_seconds", continuous, ContinuousValidation::seconds)
                    .description("seconds that comparisons took")
                    .register(registry);
            FunctionCounter.builder("usage_streams_validations_failed", continuous, ContinuousValidation::failures)
                    .description("comparisons that failed because a part did not answer")
                    .register(registry);
        }

        void refresh() {
            final List<ValidatedDays.Counts> counts = continuous.counts();
            final List<MultiGauge.Row<?>> results = new ArrayList<>();
            add(results, counts, "same", ValidatedDays.Counts::same);
            add(results, counts, "different", ValidatedDays.Counts::different);
            add(results, counts, "unknown", ValidatedDays.Counts::unknown);
            add(results, counts, "open", ValidatedDays.Counts::open);
            days.register(results, true);
            differing.register(rows(counts, Tags.empty(), ValidatedDays.Counts::rowsDiffering), true);
            doubled.register(rows(counts, Tags.empty(), ValidatedDays.Counts::rowsDoubled), true);
        }

        private void add(
                List<MultiGauge.Row<?>> rows,
                List<ValidatedDays.Counts> counts,
                String result,
                ToLongFunction<ValidatedDays.Counts> count) {
            rows.addAll(rows(counts, Tags.of("result", result), count));
        }

        /** Organisations that share a label are added up. */
        private List<MultiGauge.Row<?>> rows(
                List<ValidatedDays.Counts> counts, Tags tags, ToLongFunction<ValidatedDays.Counts> count) {
            final Map<String, Long> sums = new TreeMap<>();
            counts.forEach(of -> sums.merge(labels.of(of.organisation()), count.applyAsLong(of), Long::sum));
            final List<MultiGauge.Row<?>> rows = new ArrayList<>();
            sums.forEach((label, sum) -> rows.add(MultiGauge.Row.of(tags.and("organisation", label), sum)));
            return rows;
        }
    }

    /** Whether it does its work, or waits for its turn. */
    public boolean isAlive() {
        return continuous.health().live();
    }

    /** Waits until it is closed. */
    public void await() throws InterruptedException {
        thread.await();
    }

    /** Ends within a bounded time; a comparison that is under way is given up. */
    @Override
    public void close() {
        parts.close();
    }
}
