-- How far each source's days are.
CREATE SCHEMA IF NOT EXISTS ${setting:postgres.schema};

CREATE TABLE IF NOT EXISTS ${setting:postgres.schema}.summary_status (
    organisation text NOT NULL,
    source_uuid uuid NOT NULL,
    usage_date date NOT NULL,
    revision bigint NOT NULL,
    row_count int NOT NULL,
    rows_set_aside int NOT NULL,
    live_objects int NOT NULL,
    changed_at timestamptz,
    pod_usage_complete_hours int,
    storage_usage_complete_hours int,
    node_labels_complete_hours int,
    namespace_labels_complete_hours int,
    -- When the application first published the day, in milliseconds since 1970: revisions count within an epoch.
    epoch bigint NOT NULL DEFAULT 0,
    -- Where the marker of this revision stands on the summary topic; what the sink has loaded it loads once.
    topic_id uuid,
    topic_partition int,
    marker_offset bigint,
    PRIMARY KEY (organisation, source_uuid, usage_date)
);
