-- The roles that services have in PostgreSQL: none makes, changes or drops a table. Passwords are set by whoever administers
-- the database: ALTER ROLE usage_sink PASSWORD '...';
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usage_sink') THEN
        CREATE ROLE usage_sink LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usage_splitter') THEN
        CREATE ROLE usage_splitter LOGIN;
    END IF;
END
$$;

-- The sinks write rows.
GRANT USAGE ON SCHEMA ${setting:postgres.schema} TO usage_sink;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    ${setting:postgres.schema}.${setting:postgres.table},
    ${setting:postgres.schema}.upload_ledger,
    ${setting:postgres.schema}.summary_status
    TO usage_sink;

-- The splitter compares the ledger with the bucket.
GRANT USAGE ON SCHEMA ${setting:postgres.schema} TO usage_splitter;
GRANT SELECT ON ${setting:postgres.schema}.upload_ledger TO usage_splitter;
