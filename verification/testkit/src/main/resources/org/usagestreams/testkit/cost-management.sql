-- An organisation's schema as cost management has it, as far as the summary needs it and touches it: its table of the daily
-- summary with the columns, keys and indexes that are not ours, and its tables of reference data. ${schema} is the schema's name.
CREATE SCHEMA ${schema};

CREATE TABLE ${schema}.tenant_settings (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    data_retention_months int NOT NULL CHECK (data_retention_months BETWEEN 3 AND 120)
);

CREATE TABLE ${schema}.reporting_ocpusagereportperiod (
    id int PRIMARY KEY,
    cluster_id varchar(50) NOT NULL,
    cluster_alias varchar(256),
    report_period_start timestamptz NOT NULL,
    report_period_end timestamptz NOT NULL,
    provider_id uuid NOT NULL,
    UNIQUE (cluster_id, report_period_start, provider_id)
);

CREATE TABLE ${schema}.reporting_enabledtagkeys (
    uuid uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    key varchar(253) NOT NULL,
    enabled boolean NOT NULL,
    provider_type varchar(50) NOT NULL,
    UNIQUE (key, provider_type)
);

CREATE TABLE ${schema}.reporting_tagmapping (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    child_id uuid NOT NULL UNIQUE REFERENCES ${schema}.reporting_enabledtagkeys,
    parent_id uuid NOT NULL REFERENCES ${schema}.reporting_enabledtagkeys
);

CREATE TABLE ${schema}.reporting_ocp_cost_category (
    id int PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE ${schema}.reporting_ocp_cost_category_namespace (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace text NOT NULL UNIQUE,
    cost_category_id int NOT NULL REFERENCES ${schema}.reporting_ocp_cost_category
);

CREATE TABLE ${schema}.reporting_ocpusagelineitem_daily_summary (
    uuid uuid NOT NULL DEFAULT gen_random_uuid(),
    report_period_id int REFERENCES ${schema}.reporting_ocpusagereportperiod ON DELETE CASCADE
        DEFERRABLE INITIALLY DEFERRED,
    cost_category_id int REFERENCES ${schema}.reporting_ocp_cost_category ON DELETE CASCADE
        DEFERRABLE INITIALLY DEFERRED,
    cluster_id varchar(50),
    cluster_alias varchar(256),
    data_source varchar(64),
    namespace varchar(253),
    node varchar(253),
    resource_id varchar(253),
    usage_start date NOT NULL,
    usage_end date NOT NULL,
    pod_labels jsonb,
    pod_usage_cpu_core_hours numeric(33,15),
    pod_request_cpu_core_hours numeric(33,15),
    pod_effective_usage_cpu_core_hours numeric(33,15),
    pod_limit_cpu_core_hours numeric(33,15),
    pod_usage_memory_gigabyte_hours numeric(33,15),
    pod_request_memory_gigabyte_hours numeric(33,15),
    pod_effective_usage_memory_gigabyte_hours numeric(33,15),
    pod_limit_memory_gigabyte_hours numeric(33,15),
    node_capacity_cpu_cores numeric(33,15),
    node_capacity_cpu_core_hours numeric(33,15),
    node_capacity_memory_gigabytes numeric(33,15),
    node_capacity_memory_gigabyte_hours numeric(33,15),
    cluster_capacity_cpu_core_hours numeric(33,15),
    cluster_capacity_memory_gigabyte_hours numeric(33,15),
    persistentvolumeclaim varchar(253),
    persistentvolume varchar(253),
    storageclass varchar(253),
    volume_labels jsonb,
    all_labels jsonb,
    persistentvolumeclaim_capacity_gigabyte numeric(33,15),
    persistentvolumeclaim_capacity_gigabyte_months numeric(33,15),
    volume_request_storage_gigabyte_months numeric(33,15),
    persistentvolumeclaim_usage_gigabyte_months numeric(33,15),
    source_uuid uuid,
    infrastructure_usage_cost jsonb,
    -- From here on all columns are cost management's own.
    infrastructure_raw_cost numeric(33,15) DEFAULT 0,
    infrastructure_project_raw_cost numeric(33,15) DEFAULT 0,
    infrastructure_data_in_gigabytes numeric(33,15),
    infrastructure_data_out_gigabytes numeric(33,15),
    infrastructure_markup_cost numeric(33,15),
    infrastructure_project_markup_cost numeric(33,15),
    infrastructure_monthly_cost numeric(33,15),
    infrastructure_monthly_cost_json jsonb,
    infrastructure_project_monthly_cost jsonb,
    supplementary_usage_cost jsonb,
    supplementary_monthly_cost numeric(33,15),
    supplementary_monthly_cost_json jsonb,
    supplementary_project_monthly_cost jsonb,
    cost_model_cpu_cost numeric(33,15),
    cost_model_memory_cost numeric(33,15),
    cost_model_volume_cost numeric(33,15),
    cost_model_gpu_cost numeric(33,15),
    cost_model_rate_type text,
    monthly_cost_type text,
    raw_currency text,
    distributed_cost numeric(33,15),
    PRIMARY KEY (usage_start, uuid)
) PARTITION BY RANGE (usage_start);

CREATE TABLE ${schema}.reporting_ocpusagelineitem_daily_summary_default
    PARTITION OF ${schema}.reporting_ocpusagelineitem_daily_summary DEFAULT;

CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary (usage_start);
CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary (namespace varchar_pattern_ops);
CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary (node varchar_pattern_ops);
CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary (data_source);
CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary (monthly_cost_type);
CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary (cost_model_rate_type);
CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary USING gin (all_labels);
CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary USING gin (pod_labels);
CREATE INDEX ON ${schema}.reporting_ocpusagelineitem_daily_summary USING gin (volume_labels);
