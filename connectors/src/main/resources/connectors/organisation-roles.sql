
-- The sink writes rows and reads how many months an organisation keeps, and validator and console read the rows, in the schema of each
-- organisation that has the table now. Run this again for new organisations.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT n.nspname AS schema_name, c.relname AS table_name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = '${setting:postgres.table}' AND c.relkind IN ('r', 'p')
    LOOP
        IF EXISTS (
            SELECT FROM pg_attribute
            WHERE attrelid = to_regclass(format('%I.tenant_settings', found.schema_name)) AND attname = 'data_retention_months'
        ) THEN
            EXECUTE format('GRANT SELECT (data_retention_months) ON %I.tenant_settings TO usage_sink', found.schema_name);
        END IF;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO usage_sink, usage_validator, usage_console', found.schema_name);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO usage_sink', found.schema_name, found.table_name);
        EXECUTE format('GRANT SELECT ON %I.%I TO usage_validator, usage_console', found.schema_name, found.table_name);
    END LOOP;
END
$$;
