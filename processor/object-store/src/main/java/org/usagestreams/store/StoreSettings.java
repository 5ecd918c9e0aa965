package org.usagestreams.store;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidList.anyNonDuplicateValues;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.minio.MinioClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.settings.InvalidSettingsException;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsGroup;

/** How the object store is reached, and which of its objects are processed. */
public final class StoreSettings implements SettingsGroup {

    @Override
    public String title() {
        return "Object store";
    }

    @Override
    public int order() {
        return 1;
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define("store.endpoint", STRING, "http://localhost:9000", HIGH, "URL of the object store's S3 API.");
        definition.define("store.access.key", STRING, "", HIGH, "Access key.");
        definition.define("store.secret.key", PASSWORD, "", HIGH, "Secret key.");
        definition.define(
                "store.ca.file",
                STRING,
                "",
                MEDIUM,
                "PEM file of the certificates to trust at an https endpoint. Empty: those of the JVM.");
        definition.define("store.region", STRING, "us-east-1", LOW, "Region that requests are signed for.");
        definition.define("store.bucket", STRING, "usage-reports", MEDIUM, "Bucket that the upload command writes to.");
        definition.define(
                "store.buckets",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Buckets whose events are accepted in addition to store.bucket. Events of other buckets are"
                        + " refused and become dead letters.");
        definition.define(
                "store.read.ahead.bytes",
                INT,
                4 << 20,
                between(64 << 10, 64 << 20),
                MEDIUM,
                "Minimum size of a ranged read, in bytes. A smaller object is read with one request.");
        definition.define(
                "store.timeout.ms",
                INT,
                30_000,
                atLeast(100),
                LOW,
                "Timeout for opening a connection to the store, and for data on it.");
        definition.define(
                "objects.include",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Keys of the objects to process: prefixes, or patterns with * and ? for the whole key. Empty:"
                        + " all objects.");
        definition.define(
                "objects.exclude",
                LIST,
                List.of(),
                anyNonDuplicateValues(true, false),
                MEDIUM,
                "Keys of objects to leave out: prefixes, or patterns with * and ? for the whole key. These"
                        + " objects are IGNORED in the ledger.");
        definition.define(
                "objects.removals",
                STRING,
                "retract",
                in("retract", "keep"),
                MEDIUM,
                "What happens when an object is removed: retract removes its rows, keep leaves them.");
    }

    /** The buckets whose events are taken. */
    public static Set<String> buckets(Settings settings) {
        final Set<String> buckets = new HashSet<>(settings.list("store.buckets"));
        buckets.add(settings.text("store.bucket"));
        return buckets;
    }

    /** Which objects are processed. */
    public static ObjectFilter filter(Settings settings) {
        return new ObjectFilter(settings.list("objects.include"), settings.list("objects.exclude"));
    }

    /**
     * A client of the object store.
     *
     * @throws InvalidSettingsException if the keys are not set
     */
    public static MinioClient client(Settings settings) {
        return client(settings, Duration.ZERO);
    }

    /**
     * A client of the object store whose requests end after some time, however slowly their answers come.
     *
     * @param longest that a request may take, with its answer; zero for no limit
     * @throws InvalidSettingsException if the keys are not set
     */
    public static MinioClient client(Settings settings, Duration longest) {
        if (settings.text("store.access.key").isEmpty()
                || settings.secret("store.secret.key").isEmpty()) {
            throw new InvalidSettingsException(List.of(
                    "store.access.key, store.secret.key: the object store needs both. Set them in the file of -c."));
        }
        final String authorities = settings.text("store.ca.file");
        final OkHttpClient http = authorities.isEmpty()
                ? new OkHttpClient.Builder()
                        .protocols(List.of(Protocol.HTTP_1_1))
                        .build()
                : TrustedHttp.client(Path.of(authorities), "store.ca.file");
        final MinioClient client = MinioClient.builder()
                .endpoint(settings.text("store.endpoint"))
                .credentials(settings.text("store.access.key"), settings.secret("store.secret.key"))
                .region(settings.text("store.region"))
                .httpClient(http.newBuilder().callTimeout(longest).build(), true)
                .build();
        final long timeout = settings.integer("store.timeout.ms");
        client.setTimeout(timeout, timeout, timeout);
        return client;
    }
}
