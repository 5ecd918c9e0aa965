-- The roles of the services in PostgreSQL. None of them creates, changes or drops tables. Set their passwords yourself:
-- ALTER ROLE usage_sink PASSWORD '...';
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usage_sink') THEN
        CREATE ROLE usage_sink LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usage_intake') THEN
        CREATE ROLE usage_intake LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usage_splitter') THEN
        CREATE ROLE usage_splitter LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usage_processor') THEN
        CREATE ROLE usage_processor LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usage_validator') THEN
        CREATE ROLE usage_validator LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'usage_console') THEN
        CREATE ROLE usage_console LOGIN;
    END IF;
    -- The sink stages rows in a temporary table.
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO usage_sink', current_database());
END
$$;

-- The sinks write what they keep beside the rows.
GRANT USAGE ON SCHEMA "${setting:postgres.status.schema}" TO usage_sink;
GRANT SELECT, INSERT, UPDATE, DELETE ON
    "${setting:postgres.status.schema}".upload_ledger,
    "${setting:postgres.status.schema}".summary_status,
    "${setting:postgres.status.schema}".day_completion,
    "${setting:postgres.status.schema}".sink_position,
    "${setting:postgres.status.schema}".sink_set_aside,
    "${setting:postgres.status.schema}".sink_set_aside_row
    TO usage_sink;

-- The intake looks which payloads are loaded.
GRANT USAGE ON SCHEMA "${setting:postgres.status.schema}" TO usage_intake;
GRANT SELECT ON "${setting:postgres.status.schema}".upload_ledger TO usage_intake;

-- The splitter compares the ledger with the bucket. Commands that only read, such as status, may use its role.
GRANT USAGE ON SCHEMA "${setting:postgres.status.schema}" TO usage_splitter;
GRANT SELECT ON
    "${setting:postgres.status.schema}".upload_ledger,
    "${setting:postgres.status.schema}".summary_status,
    "${setting:postgres.status.schema}".sink_position,
    "${setting:postgres.status.schema}".sink_set_aside
    TO usage_splitter;

-- The processor tells what is loaded.
GRANT USAGE ON SCHEMA "${setting:postgres.status.schema}" TO usage_processor;
GRANT SELECT ON
    "${setting:postgres.status.schema}".sink_position,
    "${setting:postgres.status.schema}".sink_set_aside
    TO usage_processor;
GRANT SELECT, DELETE ON "${setting:postgres.status.schema}".day_completion TO usage_processor;

-- The validator says what it found.
GRANT USAGE ON SCHEMA "${setting:postgres.status.schema}" TO usage_validator;
GRANT SELECT ON
    "${setting:postgres.status.schema}".upload_ledger,
    "${setting:postgres.status.schema}".summary_status,
    "${setting:postgres.status.schema}".sink_set_aside
    TO usage_validator;
GRANT UPDATE (validated_at, validated_epoch, validated_revision, differences, doubled_rows, validation_begun_at)
    ON "${setting:postgres.status.schema}".summary_status TO usage_validator;

-- The console shows it all, and asks for the validation of days. What people change by it, it writes down.
GRANT USAGE ON SCHEMA "${setting:postgres.status.schema}" TO usage_console;
GRANT SELECT ON
    "${setting:postgres.status.schema}".upload_ledger,
    "${setting:postgres.status.schema}".summary_status,
    "${setting:postgres.status.schema}".sink_position,
    "${setting:postgres.status.schema}".sink_set_aside
    TO usage_console;
GRANT UPDATE (validation_asked_at) ON "${setting:postgres.status.schema}".summary_status TO usage_console;
GRANT SELECT, INSERT ON "${setting:postgres.status.schema}".console_audit TO usage_console;
