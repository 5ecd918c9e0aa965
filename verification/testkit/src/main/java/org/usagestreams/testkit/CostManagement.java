package org.usagestreams.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Cost management's side of a database, as SQL: the schema of an organisation, and its own rows in the table of the daily summary.
 * Organisations, sources and dates stand in the texts as they are, so they must not come from outside.
 */
public final class CostManagement {
    /** The table's name in each schema. */
    public static final String TABLE = "reporting_ocpusagelineitem_daily_summary";

    private CostManagement() {}

    /** Makes the tables of the schema {@code public}, where they are not there. */
    public static String publicSchema() {
        return read("cost-management-public.sql");
    }

    /** Makes an organisation's schema with its tables; the summary's has partitions of these months and a default one. */
    public static String schema(String organisation, YearMonth... months) {
        final StringBuilder sql = new StringBuilder(read("cost-management.sql").replace("${schema}", organisation));
        for (final YearMonth month : months) {
            sql.append(partition(organisation, month));
        }
        return sql.toString();
    }

    /** Makes a month's partition. */
    public static String partition(String organisation, YearMonth month) {
        return "CREATE TABLE " + partitionName(organisation, month) + " PARTITION OF " + organisation + "." + TABLE
                + " FOR VALUES FROM ('" + month.atDay(1) + "') TO ('"
                + month.plusMonths(1).atDay(1) + "');\n";
    }

    /** Removes a month as cost management does: its partition and its report periods. */
    public static String purge(String organisation, YearMonth month) {
        return "DROP TABLE " + partitionName(organisation, month) + "; DELETE FROM " + organisation
                + ".reporting_ocpusagereportperiod WHERE report_period_start = '" + month.atDay(1) + " 00:00+00'";
    }

    private static String partitionName(String organisation, YearMonth month) {
        return organisation + "." + TABLE + "_" + month.toString().replace('-', '_');
    }

    /** Makes a source's report period of a month. */
    public static String reportPeriod(String organisation, int id, String source, String cluster, YearMonth month) {
        return "INSERT INTO " + organisation + ".reporting_ocpusagereportperiod VALUES (" + id + ", '" + cluster
                + "', '"
                + cluster + " alias', '" + month.atDay(1) + " 00:00+00', '"
                + month.plusMonths(1).atDay(1) + " 00:00+00', '" + source + "');\n";
    }

    /**
     * Writes what its cost models, distributions and cloud costs come to for days that are loaded, in place of what they wrote
     * before.
     */
    public static String costRows(String organisation, String source, LocalDate from, LocalDate to) {
        return read("cost-rows.sql")
                .replace("${table}", organisation + "." + TABLE)
                .replace("${source}", source)
                .replace("${from}", from.toString())
                .replace("${to}", to.toString());
    }

    /** Reads its rows, each as one text with the transaction that wrote it. */
    public static String rows(String organisation) {
        return "SELECT t::text, t.xmin::text FROM " + organisation + "." + TABLE
                + " t WHERE substring(uuid::text, 15, 1) = '4' ORDER BY usage_start, uuid";
    }

    /** Reads its columns of our rows, each row as one text. */
    public static String columns(String organisation) {
        return "SELECT uuid::text, infrastructure_raw_cost::text, infrastructure_markup_cost::text, raw_currency,"
                + " supplementary_usage_cost::text FROM " + organisation + "." + TABLE
                + " WHERE substring(uuid::text, 15, 1) = '5' ORDER BY usage_start, uuid";
    }

    private static String read(String resource) {
        try (InputStream in = CostManagement.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
