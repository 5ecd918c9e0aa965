-- What the sink that loads whole days keeps: positions in the topic, and days that the table refused. summary_status is there.

ALTER TABLE ${setting:postgres.schema}.summary_status
    -- When the application first published the day, in milliseconds since 1970: revisions count within an epoch.
    ADD COLUMN IF NOT EXISTS epoch bigint NOT NULL DEFAULT 0,
    -- Where the marker of the revision stands on the summary topic. What is read again is not loaded again.
    ADD COLUMN IF NOT EXISTS topic_id uuid,
    ADD COLUMN IF NOT EXISTS topic_partition int,
    ADD COLUMN IF NOT EXISTS marker_offset bigint;

CREATE TABLE IF NOT EXISTS ${setting:postgres.schema}.sink_position (
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

CREATE TABLE IF NOT EXISTS ${setting:postgres.schema}.sink_set_aside (
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

-- Their rows, without the limits of the table that refused them.
CREATE TABLE IF NOT EXISTS ${setting:postgres.schema}.sink_set_aside_row (
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
