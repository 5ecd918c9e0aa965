
-- The sink writes rows.
GRANT USAGE ON SCHEMA ${setting:postgres.schema} TO usage_sink;
GRANT SELECT, INSERT, UPDATE, DELETE ON ${setting:postgres.schema}.${setting:postgres.table} TO usage_sink;

-- The validator reads them.
GRANT USAGE ON SCHEMA ${setting:postgres.schema} TO usage_validator;
GRANT SELECT ON ${setting:postgres.schema}.${setting:postgres.table} TO usage_validator;
