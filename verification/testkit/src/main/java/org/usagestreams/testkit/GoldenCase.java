package org.usagestreams.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.ObjectVersion;

/** A golden case: a bucket's history and the rows at its end. See {@code golden/README.md}. */
public record GoldenCase(Path directory, JsonNode json, List<Step> history) {
    private static final long START = 1_764_000_000_000L;

    /** What happened to the bucket. */
    public enum Op {
        PUT,
        DELETE,
        REDELIVER
    }

    /** An entry of the history; a redelivery is that of the entry {@code of}. The version of a removal is its event. */
    public record Step(Op op, String key, ObjectVersion version, byte[] bytes, int of) {}

    /** All cases, by name. */
    public static Stream<GoldenCase> all() {
        final Path root = ProjectFiles.of("verification/golden");
        try (Stream<Path> cases = Files.list(root)) {
            return cases.filter(Files::isDirectory).sorted().map(GoldenCase::load).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a case's folder. */
    public static GoldenCase load(Path directory) {
        try {
            final JsonNode json =
                    new JsonMapper().readTree(directory.resolve("case.json").toFile());
            final List<Step> history = new ArrayList<>();
            for (final JsonNode entry : json.get("history")) {
                history.add(step(directory, entry));
            }
            return new GoldenCase(directory, json, history);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Step step(Path directory, JsonNode entry) throws IOException {
        final Op op = Op.valueOf(entry.get("op").asText().toUpperCase(Locale.ROOT));
        if (op == Op.REDELIVER) {
            return new Step(op, null, null, null, entry.get("of").asInt());
        }
        final String key = entry.get("key").asText();
        final long time = START + 1000L * entry.get("uploaded").asInt();
        final ObjectVersion.Builder version = ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey(key)
                .setEventTimeMillis(time)
                .setUploadedMillis(time);
        if (op == Op.DELETE) {
            return new Step(op, key, version.build(), null, -1);
        }
        version.setEtag(entry.get("file").asText());
        final Map<String, String> metadata = new HashMap<>();
        entry.get("metadata")
                .properties()
                .forEach(field -> metadata.put(
                        field.getKey().toLowerCase(Locale.ROOT),
                        field.getValue().asText()));
        if (metadata.containsKey("manifestid")) {
            version.setManifestId(metadata.get("manifestid"));
            version.setReportHours(Long.parseLong(metadata.getOrDefault("reportnumhours", "0")));
        }
        final byte[] bytes = Files.readAllBytes(
                directory.resolve("objects").resolve(entry.get("file").asText() + ".parquet"));
        return new Step(op, key, version.build(), bytes, -1);
    }

    /** What is in the bucket at the end, by key. */
    public Map<String, Step> live() {
        final Map<String, Step> live = new TreeMap<>();
        for (final Step step : history) {
            switch (step.op()) {
                case PUT -> live.put(step.key(), step);
                case DELETE -> live.remove(step.key());
                case REDELIVER -> {}
            }
        }
        return live;
    }

    /** The case's reference data as it holds for a source. */
    public ReferenceData reference(String source) {
        ReferenceData.Cluster cluster = ReferenceData.Cluster.unknown(source);
        for (final JsonNode entry : json.get("clusters")) {
            if (entry.get("source").asText().equals(source)) {
                cluster = new ReferenceData.Cluster(
                        entry.get("cluster_id").asText(),
                        entry.get("cluster_alias").isNull()
                                ? null
                                : entry.get("cluster_alias").asText(),
                        periods(entry));
            }
        }
        final Set<String> enabled = new HashSet<>();
        json.get("enabled_keys").forEach(key -> enabled.add(key.asText()));
        final List<ReferenceData.CostCategory> categories = new ArrayList<>();
        json.get("cost_categories")
                .forEach(category -> categories.add(new ReferenceData.CostCategory(
                        category.get("pattern").asText(),
                        category.get("cost_category_id").asInt())));
        final Map<String, String> mappings = new HashMap<>();
        json.get("tag_mappings")
                .forEach(mapping -> mappings.put(
                        mapping.get("child").asText(), mapping.get("parent").asText()));
        return new ReferenceData(cluster, enabled, categories, mappings);
    }

    private static Map<YearMonth, Integer> periods(JsonNode cluster) {
        final Map<YearMonth, Integer> periods = new HashMap<>();
        cluster.get("report_periods")
                .forEach(period -> periods.put(
                        YearMonth.parse(period.get("month").asText()),
                        period.get("report_period_id").asInt()));
        return periods;
    }

    /** The case's reference data as it holds for a day: it is the same for every organisation. */
    public ReferenceData reference(DayKey day) {
        return reference(day.source());
    }

    /** The rows that must stand in the table, by column name. */
    public List<Map<String, String>> expected() {
        return Rows.readCsv(directory.resolve("expected.csv"));
    }

    @Override
    public String toString() {
        return directory.getFileName().toString();
    }
}
