package org.usagestreams.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;

/**
 * A setting as it holds, for people: a secret is masked.
 *
 * @param value {@value #MASK} for a secret that is set; empty for one that is not
 * @param origin {@code default}, {@code file FILE}, {@code environment variable NAME}, {@code command line}, or {@code program}
 *     where the program has set it
 * @param reference the reference to a file or the environment by which the value was given; empty for none
 * @param about what it does; empty for a property of Kafka's clients
 */
public record EffectiveSetting(
        String name, String value, String origin, String reference, boolean secret, String about) {
    /** What is shown of a secret. */
    public static final String MASK = "••••••";

    private static final int LONGEST = 1_000;

    /** User and password of a URL. */
    private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*@");

    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("([?&][^=&\\s]*(?:password|secret|token|key)[^=&\\s]*=)[^&\\s]*", Pattern.CASE_INSENSITIVE);

    /** All settings of a process, in the order of their documentation; properties of Kafka's clients come last. */
    public static List<EffectiveSetting> of(Settings settings) {
        final List<EffectiveSetting> all = new ArrayList<>();
        SettingsCatalog.installed().definition().configKeys().forEach((name, key) -> {
            final boolean secret = key.type() == ConfigDef.Type.PASSWORD;
            all.add(of(settings, name, value(settings, name, key), secret, key.documentation));
        });
        settings.givenForKafka().stream()
                .filter(name ->
                        !SettingsCatalog.installed().definition().configKeys().containsKey(name))
                .forEach(name -> all.add(of(
                        settings,
                        name,
                        String.valueOf(settings.kafkaClient().get(name.substring(KafkaSettings.PREFIX.length()))),
                        KafkaSettings.isSecret(name.substring(KafkaSettings.PREFIX.length())),
                        "")));
        return all;
    }

    private static EffectiveSetting of(Settings settings, String name, String value, boolean secret, String about) {
        final boolean referred = settings.isReference(name);
        return new EffectiveSetting(
                name,
                secret ? (value.isEmpty() ? "" : MASK) : shown(value),
                settings.origin(name).orElse("default"),
                // A secret may stand beside a reference.
                !referred ? "" : secret ? References.alone(settings.reference(name)) : shown(settings.reference(name)),
                secret,
                about);
    }

    private static String value(Settings settings, String name, ConfigDef.ConfigKey key) {
        return key.type() == ConfigDef.Type.LIST ? String.join(",", settings.list(name)) : settings.plain(name);
    }

    private static String shown(String value) {
        final String masked = SECRET_PARAMETER
                .matcher(USER_INFO.matcher(value).replaceAll("://" + MASK + "@"))
                .replaceAll("$1" + MASK);
        return masked.length() > LONGEST ? masked.substring(0, LONGEST) + "…" : masked;
    }
}
