-- What the sink of the summary writes with the rows: how far each source's days are, positions in the topic, and days that the
-- table refused.
CREATE SCHEMA IF NOT EXISTS "${setting:postgres.status.schema}";

CREATE TABLE IF NOT EXISTS "${setting:postgres.status.schema}".summary_status (
    organisation text NOT NULL,
    source_uuid uuid NOT NULL,
    usage_date date NOT NULL,
    -- When the application first published the day, in milliseconds since 1970: revisions count within an epoch.
    epoch bigint NOT NULL,
    revision bigint NOT NULL,
    row_count int NOT NULL,
    rows_set_aside int NOT NULL,
    live_objects int NOT NULL,
    changed_at timestamptz,
    pod_usage_complete_hours int,
    storage_usage_complete_hours int,
    node_labels_complete_hours int,
    namespace_labels_complete_hours int,
    -- Where the marker of the revision stands on the summary topic. What is read again is not loaded again.
    -- Another topic than the one that is read, or zeros, where the day was not found there: it is orphaned, and keeps its rows.
    topic_id uuid NOT NULL,
    topic_partition int NOT NULL,
    marker_offset bigint NOT NULL,
    PRIMARY KEY (organisation, source_uuid, usage_date)
);

-- What continuous validation found, of which revision and when; differences is null where it could not tell, doubled_rows are those
-- of cost management's own summary. The sink leaves these columns alone.
ALTER TABLE "${setting:postgres.status.schema}".summary_status
    ADD COLUMN IF NOT EXISTS validated_at timestamptz,
    ADD COLUMN IF NOT EXISTS validated_epoch bigint,
    ADD COLUMN IF NOT EXISTS validated_revision bigint,
    ADD COLUMN IF NOT EXISTS differences bigint,
    ADD COLUMN IF NOT EXISTS doubled_rows bigint;

-- When somebody last asked for a comparison of the day, and when the validator began the latest that was asked for.
ALTER TABLE "${setting:postgres.status.schema}".summary_status
    ADD COLUMN IF NOT EXISTS validation_asked_at timestamptz,
    ADD COLUMN IF NOT EXISTS validation_begun_at timestamptz;
CREATE INDEX IF NOT EXISTS summary_status_asked ON "${setting:postgres.status.schema}".summary_status (validation_asked_at)
    WHERE validation_asked_at IS NOT NULL;

-- Completion events that are not published yet: they are written in the transactions that load days, and removed once they are on
-- their topic.
CREATE TABLE IF NOT EXISTS "${setting:postgres.status.schema}".day_completion (
    organisation text NOT NULL,
    source_uuid uuid NOT NULL,
    usage_date date NOT NULL,
    epoch bigint NOT NULL,
    revision bigint NOT NULL,
    -- The order in which they are published.
    number bigint GENERATED ALWAYS AS IDENTITY,
    event text NOT NULL,
    PRIMARY KEY (organisation, source_uuid, usage_date, epoch, revision)
);

CREATE TABLE IF NOT EXISTS "${setting:postgres.status.schema}".sink_position (
    topic text NOT NULL,
    partition int NOT NULL,
    -- Null while the partition is read from its beginning and the table is not known to hold all of it.
    topic_id uuid,
    next_offset bigint NOT NULL,
    -- The task that claimed the partition last: no other can commit.
    owner uuid NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (topic, partition)
);

CREATE TABLE IF NOT EXISTS "${setting:postgres.status.schema}".sink_set_aside (
    organisation text NOT NULL,
    source_uuid uuid NOT NULL,
    usage_date date NOT NULL,
    topic text NOT NULL,
    topic_partition int NOT NULL,
    marker_offset bigint NOT NULL,
    marker_millis bigint NOT NULL,
    status jsonb NOT NULL,
    error text NOT NULL,
    attempts int NOT NULL,
    set_aside_at timestamptz NOT NULL,
    tried_at timestamptz NOT NULL,
    PRIMARY KEY (organisation, source_uuid, usage_date)
);

-- The topic that the rows came from.
ALTER TABLE "${setting:postgres.status.schema}".sink_set_aside
    ADD COLUMN IF NOT EXISTS topic_id uuid;

-- Their rows, without the limits of the table that refused them.
CREATE TABLE IF NOT EXISTS "${setting:postgres.status.schema}".sink_set_aside_row (
    organisation text NOT NULL,
    day_source uuid NOT NULL,
    gone boolean NOT NULL,
    usage_start date NOT NULL,
    uuid uuid NOT NULL,
    report_period_id int,
    cluster_id text,
    cluster_alias text,
    data_source text,
    usage_end date,
    namespace text,
    node text,
    resource_id text,
    pod_labels jsonb,
    volume_labels jsonb,
    all_labels jsonb,
    persistentvolumeclaim text,
    persistentvolume text,
    storageclass text,
    pod_usage_cpu_core_hours numeric,
    pod_request_cpu_core_hours numeric,
    pod_effective_usage_cpu_core_hours numeric,
    pod_limit_cpu_core_hours numeric,
    pod_usage_memory_gigabyte_hours numeric,
    pod_request_memory_gigabyte_hours numeric,
    pod_effective_usage_memory_gigabyte_hours numeric,
    pod_limit_memory_gigabyte_hours numeric,
    node_capacity_cpu_cores numeric,
    node_capacity_cpu_core_hours numeric,
    node_capacity_memory_gigabytes numeric,
    node_capacity_memory_gigabyte_hours numeric,
    cluster_capacity_cpu_core_hours numeric,
    cluster_capacity_memory_gigabyte_hours numeric,
    persistentvolumeclaim_capacity_gigabyte numeric,
    persistentvolumeclaim_capacity_gigabyte_months numeric,
    volume_request_storage_gigabyte_months numeric,
    persistentvolumeclaim_usage_gigabyte_months numeric,
    source_uuid uuid,
    infrastructure_usage_cost jsonb,
    cost_category_id int,
    PRIMARY KEY (organisation, day_source, usage_start, uuid)
);
