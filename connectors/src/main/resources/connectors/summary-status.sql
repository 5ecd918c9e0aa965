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
    PRIMARY KEY (organisation, source_uuid, usage_date)
);
