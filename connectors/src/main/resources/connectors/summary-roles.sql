
-- The sink writes rows.
GRANT USAGE ON SCHEMA "${setting:postgres.schema}" TO usage_sink;
GRANT SELECT, INSERT, UPDATE, DELETE ON "${setting:postgres.schema}"."${setting:postgres.table}" TO usage_sink;

-- The validator and the console read them.
GRANT USAGE ON SCHEMA "${setting:postgres.schema}" TO usage_validator, usage_console;
GRANT SELECT ON "${setting:postgres.schema}"."${setting:postgres.table}" TO usage_validator, usage_console;

-- In cost management's schema the sink reads how many months are kept.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('"${setting:postgres.schema}".tenant_settings') AND attname = 'data_retention_months'
    ) THEN
        GRANT SELECT (data_retention_months) ON "${setting:postgres.schema}".tenant_settings TO usage_sink;
    END IF;
END
$$;
