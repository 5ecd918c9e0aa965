-- Lets the sink leave room in the pages of the summary's tables and partitions without owning them: the function works with the rights
-- of the role that makes it, which has to own the tables. It changes nothing else, and tables of other owners not at all.
CREATE OR REPLACE FUNCTION "${setting:postgres.status.schema}".summary_fillfactor(percent int) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    -- A vacuum that goes on is not waited for: the next call does the rest.
    SET lock_timeout = '1s'
AS $$
DECLARE
    part text;
BEGIN
    IF percent IS NULL OR percent NOT BETWEEN 10 AND 100 THEN
        RAISE EXCEPTION 'The fillfactor is between 10 and 100: %', percent;
    END IF;
    FOR part IN
        SELECT c.oid::regclass::text
        FROM pg_class t
            JOIN pg_namespace n ON n.oid = t.relnamespace
            JOIN pg_class c ON c.oid = t.oid OR c.oid IN (SELECT relid FROM pg_partition_tree(t.oid))
        WHERE t.relname = '${setting:postgres.table}' AND n.nspname LIKE ${schema-pattern}
            AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND c.relkind = 'r'
            AND pg_has_role(c.relowner, 'USAGE')
            AND NOT ('fillfactor=' || percent = ANY (coalesce(c.reloptions, '{}')))
    LOOP
        EXECUTE format('ALTER TABLE %s SET (fillfactor = %s)', part, percent);
        RETURN NEXT part;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION "${setting:postgres.status.schema}".summary_fillfactor(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "${setting:postgres.status.schema}".summary_fillfactor(int) TO usage_sink;
