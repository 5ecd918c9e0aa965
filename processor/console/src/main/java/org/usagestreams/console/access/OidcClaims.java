package org.usagestreams.console.access;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.usagestreams.settings.Settings;

/**
 * What claims of an identity provider say of a user. A claim is named as it is, or by its path with dots, such as
 * {@code realm_access.roles}; of several values it is a list, or a text with spaces or commas.
 */
record OidcClaims(String name, String roles, String viewer, String operator, String organisations) {
    /** What names of such users begin with: the file of users may have the same. */
    static final String PREFIX = "oidc:";

    private static final int LONGEST = 200;

    /** As the settings have it. */
    static OidcClaims of(Settings settings) {
        return new OidcClaims(
                settings.text("console.oidc.name.claim"),
                settings.text("console.oidc.roles.claim"),
                settings.text("console.oidc.viewer.role"),
                settings.text("console.oidc.operator.role"),
                settings.text("console.oidc.organisations.claim"));
    }

    /**
     * The user of these claims.
     *
     * @param claims a claim by its name; null for none
     * @throws Access.RefusedException where they give no right
     */
    User user(Function<String, Object> claims) throws Access.RefusedException {
        final List<String> names = values(claims, name);
        final String shown = names.isEmpty() ? String.valueOf(claims.apply("sub")) : String.join(" ", names);
        final Set<String> has = Set.copyOf(values(claims, roles));
        if (!has.contains(operator) && !has.contains(viewer)) {
            throw new Access.RefusedException("You have neither the role " + viewer + " nor " + operator + ".");
        }
        final Set<String> of = Set.copyOf(values(claims, organisations));
        if (of.isEmpty()) {
            throw new Access.RefusedException(
                    "You belong to no organisation: the claim " + organisations + " is empty.");
        }
        return new User(
                PREFIX + shown.substring(0, Math.min(LONGEST, shown.length())),
                has.contains(operator) ? User.Role.OPERATOR : User.Role.VIEWER,
                of);
    }

    private static List<String> values(Function<String, Object> claims, String path) {
        Object value = claims.apply(path);
        if (value == null) {
            final String[] steps = path.split("\\.", -1);
            value = claims.apply(steps[0]);
            for (int i = 1; i < steps.length; i++) {
                value = value instanceof Map<?, ?> map ? map.get(steps[i]) : null;
            }
        }
        if (value instanceof Collection<?> several) {
            return several.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .filter(text -> !text.isEmpty())
                    .toList();
        }
        return value instanceof String text
                ? Arrays.stream(text.split("[\\s,]+", -1))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.toList())
                : List.of();
    }
}
