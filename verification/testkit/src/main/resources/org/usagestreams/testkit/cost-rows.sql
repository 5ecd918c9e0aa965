-- What cost management writes once a source's days are loaded: first it removes what it wrote before. Its own rows have random
-- uuids. ${table} is the summary with its schema; ${source}, ${from} and ${to} say which days.
DELETE FROM ${table}
WHERE source_uuid = '${source}' AND usage_start BETWEEN '${from}' AND '${to}' AND substring(uuid::text, 15, 1) = '4';

-- A cost model's rates for usage: a row for each that has usage, with the same texts and labels.
INSERT INTO ${table} (uuid, report_period_id, cost_category_id, cluster_id, cluster_alias, data_source, namespace, node,
    resource_id, usage_start, usage_end, pod_labels, volume_labels, all_labels, persistentvolumeclaim, persistentvolume,
    storageclass, source_uuid, cost_model_rate_type, cost_model_cpu_cost, cost_model_memory_cost, cost_model_volume_cost)
SELECT gen_random_uuid(), report_period_id, cost_category_id, cluster_id, cluster_alias, data_source, namespace, node,
    resource_id, usage_start, usage_end, pod_labels, volume_labels, all_labels, persistentvolumeclaim, persistentvolume,
    storageclass, source_uuid, rate, 0.7 * coalesce(pod_usage_cpu_core_hours, 0),
    0.3 * coalesce(pod_usage_memory_gigabyte_hours, 0), 0.1 * coalesce(persistentvolumeclaim_usage_gigabyte_months, 0)
FROM ${table}, (VALUES ('Infrastructure'), ('Supplementary')) rates (rate)
WHERE source_uuid = '${source}' AND usage_start BETWEEN '${from}' AND '${to}' AND cost_model_rate_type IS NULL;

-- A monthly rate for each node, and one for a tag of projects, whose rows have no node.
INSERT INTO ${table} (report_period_id, cluster_id, cluster_alias, data_source, namespace, node, usage_start, usage_end,
    source_uuid, cost_model_rate_type, monthly_cost_type, cost_model_cpu_cost)
SELECT DISTINCT ON (usage_start, node) report_period_id, cluster_id, cluster_alias, 'Pod', namespace, node, usage_start,
    usage_start, source_uuid, 'Infrastructure', 'Node', 10
FROM ${table}
WHERE source_uuid = '${source}' AND usage_start BETWEEN '${from}' AND '${to}' AND cost_model_rate_type IS NULL
    AND node IS NOT NULL;
INSERT INTO ${table} (report_period_id, cluster_id, cluster_alias, data_source, namespace, node, usage_start, usage_end,
    all_labels, source_uuid, cost_model_rate_type, monthly_cost_type, cost_model_cpu_cost)
SELECT DISTINCT ON (usage_start, namespace) report_period_id, cluster_id, cluster_alias, 'Pod', namespace, NULL, usage_start,
    usage_start, '{"project": "a"}'::jsonb, source_uuid, 'Supplementary', 'Tag', 3
FROM ${table}
WHERE source_uuid = '${source}' AND usage_start BETWEEN '${from}' AND '${to}' AND cost_model_rate_type IS NULL;

-- The cost of the platform, distributed to projects.
INSERT INTO ${table} (report_period_id, cluster_id, cluster_alias, data_source, namespace, usage_start, usage_end, source_uuid,
    cost_model_rate_type, distributed_cost)
SELECT DISTINCT ON (usage_start, namespace) report_period_id, cluster_id, cluster_alias, 'Pod', namespace, usage_start,
    usage_start, source_uuid, 'platform_distributed', 1.25
FROM ${table}
WHERE source_uuid = '${source}' AND usage_start BETWEEN '${from}' AND '${to}' AND cost_model_rate_type IS NULL;

-- Raw costs of a cloud that no project used, GPUs, and a row of usage by its own summary step, that somebody left on.
WITH day AS (
    SELECT DISTINCT ON (usage_start) report_period_id, cluster_id, cluster_alias, node, usage_start, source_uuid FROM ${table}
    WHERE source_uuid = '${source}' AND usage_start BETWEEN '${from}' AND '${to}' AND cost_model_rate_type IS NULL
        AND node IS NOT NULL
    ORDER BY usage_start, node
)
INSERT INTO ${table} (report_period_id, cluster_id, cluster_alias, node, usage_start, usage_end, source_uuid, data_source,
    namespace, infrastructure_raw_cost, infrastructure_data_in_gigabytes, raw_currency, cost_model_gpu_cost,
    pod_usage_cpu_core_hours)
SELECT report_period_id, cluster_id, cluster_alias, node, usage_start, usage_start, source_uuid, other.*
FROM day, (VALUES
    ('Pod', 'Network unattributed', 5.5, 12, 'USD', NULL, NULL),
    ('Storage', 'Storage unattributed', 2.5, NULL, 'USD', NULL, NULL),
    ('GPU', 'shop', 0, NULL, NULL, 4, NULL),
    ('Pod', 'shop', 0, NULL, NULL, NULL, 1)) other;

-- Columns of our rows that are cost management's.
UPDATE ${table} SET infrastructure_raw_cost = 2, infrastructure_markup_cost = 0.4, raw_currency = 'USD',
    supplementary_usage_cost = '{"cpu": 1.5}'
WHERE source_uuid = '${source}' AND usage_start BETWEEN '${from}' AND '${to}' AND substring(uuid::text, 15, 1) = '5';
