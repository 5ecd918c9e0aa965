package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
    private static final String UUID = "11111111-1111-4111-8111-111111111111";

    private static Manifest read(String fields) throws RejectedPayloadException {
        return ManifestReader.read(
                ("{\"cluster_id\": \"c\", \"cr_status\": {\"x\": [1, {}]}, \"version\": null, " + fields + "}")
                        .getBytes(UTF_8),
                100);
    }

    private static Manifest manifest(String uuid, String date, String start, String end)
            throws RejectedPayloadException {
        return read("\"uuid\": \"" + uuid + "\", \"date\": \"" + date + "\", \"daily_reports\": true, \"start\": \""
                + start + "\", \"end\": \"" + end + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "2025-11-01T00:00:00Z, 2025-11-03T07:00:00Z, 2025-11-01, 24",
        "2025-11-01T00:00:00Z, 2025-11-03T07:00:00Z, 2025-11-03, 7",
        "2025-11-01T00:00:00Z, 2025-11-03T06:59:59Z, 2025-11-03, 7",
        "2025-11-01T00:00:00Z, 2025-11-03T07:00:01Z, 2025-11-03, 8",
        "2025-11-01T05:30:00Z, 2025-11-03T07:00:00Z, 2025-11-01, 19",
        "2025-11-01T00:00:00Z, 2025-11-03T07:00:00Z, 2025-11-04, 0",
        "2025-11-01T00:00:00Z, 2025-11-03T07:00:00Z, 2025-10-31, 0",
        "2025-11-03T00:00:00Z, 2025-11-03T00:00:00Z, 2025-11-03, 0",
        // Times without a zone are UTC.
        "2025-11-03T01:00:00.000000, 2025-11-03T03:00:00.000000, 2025-11-03, 2",
        // An end on the first of the next month is the last day of the month.
        "2025-11-01T00:00:00Z, 2025-12-01T00:00:00Z, 2025-11-30, 24",
        "2025-11-01T00:00:00Z, 2025-12-01T05:00:00Z, 2025-12-01, 0",
        "2025-12-31T00:00:00Z, 2026-01-01T00:00:00Z, 2025-12-31, 24",
        "2025-12-01T00:00:00Z, 2025-12-01T05:00:00Z, 2025-12-01, 5",
    })
    void shouldCountTheHoursOfADay(String start, String end, LocalDate day, long hours) throws Exception {
        assertThat(manifest(UUID, "2025-11-03", start, end).hours(day)).isEqualTo(hours);
    }

    @Test
    void shouldHaveNoHoursWhereReportsAddUp() throws Exception {
        final String times = "\"start\": \"2025-11-01T00:00:00Z\", \"end\": \"2025-11-03T07:00:00Z\", ";
        final String rest = "\"uuid\": \"" + UUID + "\", \"date\": \"2025-11-03\"";
        final LocalDate day = LocalDate.parse("2025-11-02");
        assertThat(read(times + rest).hours(day)).isZero();
        assertThat(read(times + "\"daily_reports\": false, " + rest).hours(day)).isZero();
        assertThat(read("\"daily_reports\": true, \"start\": null, " + rest).hours(day))
                .isZero();
    }

    @Test
    void shouldGiveLaterManifestsGreaterIds() throws Exception {
        final String start = "2025-11-01T00:00:00Z";
        final BigInteger first = id(manifest(UUID, "2025-11-03T00:00:00.000001Z", start, "2025-11-03T07:00:00Z"));
        final BigInteger longer = id(manifest(UUID, "2025-11-03T00:00:00.000001Z", start, "2025-11-03T08:00:00Z"));
        final BigInteger later = id(manifest(UUID, "2025-11-03T00:00:00.000002Z", start, "2025-11-03T07:00:00Z"));
        final BigInteger old = id(manifest(UUID, "1970-01-01T00:00:00Z", start, "2025-11-03T07:00:00Z"));
        assertThat(longer).isGreaterThan(first);
        assertThat(later).isGreaterThan(longer);
        assertThat(old).isLessThan(first);
    }

    @Test
    void shouldTellManifestsOfTheSameTimesApart() throws Exception {
        final String start = "2025-11-01T00:00:00Z";
        final String end = "2025-11-03T07:00:00Z";
        assertThat(manifest("22222222-2222-4222-8222-222222222222", start, start, end)
                        .id())
                .isNotEqualTo(manifest(UUID, start, start, end).id());
        assertThat(manifest(UUID, start, start, end).id())
                .isEqualTo(manifest(UUID, start, start, end).id());
    }

    private static BigInteger id(Manifest manifest) {
        return new BigInteger(manifest.id());
    }
}
