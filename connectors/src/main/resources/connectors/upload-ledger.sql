-- What became of each uploaded object version; the page docs/life-of-a-file.md says what the columns are.
CREATE SCHEMA IF NOT EXISTS "${setting:postgres.status.schema}";

CREATE TABLE IF NOT EXISTS "${setting:postgres.status.schema}".upload_ledger (
    bucket text NOT NULL,
    object_key text COLLATE "C" NOT NULL,
    etag text NOT NULL,
    version_id text NOT NULL,
    state text NOT NULL,
    reason text,
    failed_step text,
    dead_letter text,
    organisation text,
    source_uuid uuid,
    report_type text,
    manifest_id text,
    report_hours bigint,
    size_bytes bigint,
    row_groups int,
    chunks int,
    rows_read bigint,
    rows_dropped jsonb,
    unreadable_labels bigint,
    usage_dates jsonb,
    objects jsonb,
    uploaded_at timestamptz,
    event_at timestamptz,
    notified_at timestamptz,
    split_at timestamptz,
    counted_at timestamptz,
    loaded_at timestamptz,
    removed_at timestamptz,
    sequencer text,
    revision bigint NOT NULL,
    PRIMARY KEY (bucket, object_key, etag, version_id)
);
-- Tables of versions that knew no payloads.
ALTER TABLE "${setting:postgres.status.schema}".upload_ledger ADD COLUMN IF NOT EXISTS objects jsonb;
CREATE INDEX IF NOT EXISTS upload_ledger_source ON "${setting:postgres.status.schema}".upload_ledger (source_uuid, uploaded_at);
CREATE INDEX IF NOT EXISTS upload_ledger_failed ON "${setting:postgres.status.schema}".upload_ledger (source_uuid)
    WHERE state = 'FAILED';
CREATE INDEX IF NOT EXISTS upload_ledger_unpacked ON "${setting:postgres.status.schema}".upload_ledger (event_at)
    WHERE objects IS NOT NULL AND state IN ('UNPACKED', 'FAILED');
-- For pages of entries, the latest upload first, and for what is on its way.
CREATE INDEX IF NOT EXISTS upload_ledger_recent
    ON "${setting:postgres.status.schema}".upload_ledger (coalesce(uploaded_at, to_timestamp(0)), object_key);
-- The same, the largest first. By key there is the primary key.
CREATE INDEX IF NOT EXISTS upload_ledger_size
    ON "${setting:postgres.status.schema}".upload_ledger (coalesce(size_bytes, -1), object_key);
CREATE INDEX IF NOT EXISTS upload_ledger_open ON "${setting:postgres.status.schema}".upload_ledger (uploaded_at)
    WHERE state IN ('RECEIVED', 'SPLIT', 'COUNTED');
-- For the objects of a day.
CREATE INDEX IF NOT EXISTS upload_ledger_dates
    ON "${setting:postgres.status.schema}".upload_ledger USING gin (usage_dates jsonb_path_ops);
