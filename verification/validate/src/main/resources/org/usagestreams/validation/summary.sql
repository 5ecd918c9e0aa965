-- The daily summary from the objects of a bucket, in one statement for DuckDB: written from docs/daily-summary.md, and by
-- nothing that the processor uses. Numbers in parentheses are those of its sections and rules.
--
-- Tables: object (file, object_key, uploaded, manifest_id, report_hours, organisation, source_uuid, source, report, daily), one
-- row an object that is read; its source is organisation|source_uuid, since a day is one organisation's. Reference data, with the
-- organisation that it is of, empty for every one: cluster, report_period, enabled_key, cost_category, tag_mapping. ${pod_usage}
-- and its like: the objects' rows as they are, with columns of one type.
WITH
pod_read AS (
    SELECT object.source, object.object_key, object.uploaded, interval_start::DATE AS usage_date, line.*
    FROM (${pod_usage}) line JOIN object USING (file)
    WHERE interval_start IS NOT NULL AND node <> ''
        AND NOT coalesce(greatest(abs(usage_cpu), abs(request_cpu), abs(limit_cpu), abs(effective_cpu), abs(usage_memory),
            abs(request_memory), abs(limit_memory), abs(effective_memory), abs(node_cores), abs(node_core_seconds),
            abs(node_bytes), abs(node_byte_seconds)) > 1e18, false)
),
storage_read AS (
    SELECT object.source, object.object_key, object.uploaded, interval_start::DATE AS usage_date, line.*
    FROM (${storage_usage}) line JOIN object USING (file)
    WHERE interval_start IS NOT NULL
        AND NOT coalesce(greatest(abs(capacity_bytes), abs(capacity_seconds), abs(request_seconds), abs(usage_seconds)) > 1e18,
            false)
),
node_label_read AS (
    SELECT object.source, object.object_key, object.uploaded, interval_start::DATE AS usage_date, line.*
    FROM (${node_labels}) line JOIN object USING (file)
    WHERE interval_start IS NOT NULL AND node <> ''
),
namespace_label_read AS (
    SELECT object.source, object.object_key, object.uploaded, interval_start::DATE AS usage_date, line.*
    FROM (${namespace_labels}) line JOIN object USING (file)
    WHERE interval_start IS NOT NULL AND namespace <> ''
),

has_rows AS (
    SELECT DISTINCT file, usage_date FROM pod_read
    UNION ALL SELECT DISTINCT file, usage_date FROM storage_read
    UNION ALL SELECT DISTINCT file, usage_date FROM node_label_read
    UNION ALL SELECT DISTINCT file, usage_date FROM namespace_label_read
),

-- (2.2a) Daily aggregates count only where no hourly object has line items.
slice AS (
    SELECT has_rows.* FROM has_rows JOIN object USING (file)
    QUALIFY NOT daily OR NOT bool_or(NOT daily) OVER (PARTITION BY source, report, usage_date)
),

-- (2.2) Of the objects with a manifest only those of one count, or all where none has hours.
most_hours AS (
    SELECT slice.*, object.source, object.report, object.manifest_id, greatest(0, object.report_hours) AS hours
    FROM slice JOIN object USING (file)
    WHERE object.manifest_id IS NOT NULL
    QUALIFY rank() OVER (PARTITION BY source, report, usage_date ORDER BY greatest(0, object.report_hours) DESC) = 1
),
numbered AS (
    SELECT *, bool_and(regexp_full_match(manifest_id, '[0-9]{1,100}')) OVER (PARTITION BY source, report, usage_date) AS numbers
    FROM most_hours
),
counted AS (
    SELECT slice.* FROM slice JOIN object USING (file) WHERE object.manifest_id IS NULL
    UNION ALL
    (SELECT file, usage_date FROM numbered
    QUALIFY hours = 0 OR rank() OVER (PARTITION BY source, report, usage_date
        ORDER BY CASE WHEN numbers THEN lpad(manifest_id, 100, '0') ELSE manifest_id END DESC) = 1)
),

-- (2.3) A line item counts once: only where several objects are of one day can two of them have it.
shared_day AS (
    SELECT source, report, usage_date FROM counted JOIN object USING (file) GROUP BY ALL HAVING count(*) > 1
),
pod_counted AS (
    SELECT pod_read.*, shared_day.source IS NOT NULL AS shared
    FROM pod_read JOIN counted USING (file, usage_date)
    LEFT JOIN shared_day ON shared_day.report = 'pod_usage' AND shared_day.source = pod_read.source
        AND shared_day.usage_date = pod_read.usage_date
),
pod AS (
    SELECT * FROM pod_counted WHERE NOT shared
    UNION ALL
    (SELECT * FROM pod_counted WHERE shared
    QUALIFY rank() OVER (PARTITION BY source, interval_start, node, namespace, pod ORDER BY uploaded DESC, object_key DESC) = 1)
),
storage_counted AS (
    SELECT storage_read.*, shared_day.source IS NOT NULL AS shared
    FROM storage_read JOIN counted USING (file, usage_date)
    LEFT JOIN shared_day ON shared_day.report = 'storage_usage' AND shared_day.source = storage_read.source
        AND shared_day.usage_date = storage_read.usage_date
),
storage AS (
    SELECT * FROM storage_counted WHERE NOT shared
    UNION ALL
    (SELECT * FROM storage_counted WHERE shared
    QUALIFY rank() OVER (PARTITION BY source, interval_start, namespace, pod, claim, volume
        ORDER BY uploaded DESC, object_key DESC) = 1)
),

-- (2.4) The labels of a date are those of the latest row.
node_label AS (
    SELECT source, usage_date, node, labels FROM node_label_read JOIN counted USING (file, usage_date)
    QUALIFY row_number() OVER (PARTITION BY source, usage_date, node
        ORDER BY interval_start DESC, uploaded DESC, object_key DESC, file_row_number DESC) = 1
),
namespace_label AS (
    SELECT source, usage_date, namespace, labels FROM namespace_label_read JOIN counted USING (file, usage_date)
    QUALIFY row_number() OVER (PARTITION BY source, usage_date, namespace
        ORDER BY interval_start DESC, uploaded DESC, object_key DESC, file_row_number DESC) = 1
),

-- (3) Sums by what the rows say; labels are looked into once they are few.
pod_said AS (
    SELECT source, usage_date, namespace, node, labels,
        sum(usage_cpu) AS usage_cpu, sum(request_cpu) AS request_cpu, sum(limit_cpu) AS limit_cpu,
        sum(coalesce(effective_cpu, greatest(usage_cpu, request_cpu))) AS effective_cpu,
        sum(usage_memory) AS usage_memory, sum(request_memory) AS request_memory, sum(limit_memory) AS limit_memory,
        sum(coalesce(effective_memory, greatest(usage_memory, request_memory))) AS effective_memory,
        max(node_cores) AS node_cores, max(node_bytes) AS node_bytes, max(resource_id) AS resource_id
    FROM pod GROUP BY ALL
),
node_hour AS (
    SELECT source, usage_date, node, interval_start, max(node_core_seconds) AS core_seconds,
        max(node_byte_seconds) AS byte_seconds, max(node_role) AS node_role,
        bool_or(coalesce(namespace = 'openshift-kube-apiserver', false)) AS master_pods
    FROM pod GROUP BY ALL
),
node_day AS (
    SELECT source, usage_date, node, coalesce(sum(core_seconds), 0) AS core_seconds,
        coalesce(sum(byte_seconds), 0) AS byte_seconds, nullif(max(node_role), '') AS node_role,
        bool_or(master_pods) AS master_pods
    FROM node_hour GROUP BY ALL
),
cluster_day AS (
    SELECT source, usage_date, sum(core_seconds) AS core_seconds, sum(byte_seconds) AS byte_seconds
    FROM node_day GROUP BY ALL
),
placement AS (
    SELECT source, usage_date, namespace, pod, node, max(resource_id) AS resource_id
    FROM pod WHERE (source, usage_date, namespace, pod) IN (SELECT (source, usage_date, namespace, pod) FROM storage)
    GROUP BY ALL
),
storage_said AS (
    SELECT source, usage_date, namespace, pod, claim, volume, storage_class, csi_handle, volume_labels, claim_labels,
        max(capacity_bytes) AS capacity_bytes, sum(capacity_seconds) AS capacity_seconds,
        sum(request_seconds) AS request_seconds, sum(usage_seconds) AS usage_seconds
    FROM storage GROUP BY ALL
),
mounted AS (
    SELECT storage_said.*, placement.node, placement.resource_id
    FROM storage_said LEFT JOIN placement USING (source, usage_date, namespace, pod)
),
mounting_nodes AS (
    SELECT source, usage_date, volume, count(DISTINCT node) AS nodes
    FROM mounted WHERE volume IS NOT NULL GROUP BY ALL
),

-- Labels: each text once. A text that is none reads as no labels; of equal keys the last one holds.
label_text AS (
    SELECT labels AS text FROM pod_said UNION SELECT volume_labels FROM storage_said UNION SELECT claim_labels FROM storage_said
    UNION SELECT labels FROM node_label UNION SELECT labels FROM namespace_label
),
json_text AS (
    -- Numbers count as they are written, so each is made a text; chr(1) stands in no valid JSON. DuckDB takes a comma at the end
    -- and NaN, which JSON has not.
    SELECT text, CASE WHEN json_valid(text) AND json_type(text) = 'OBJECT'
            AND NOT regexp_matches(regexp_replace(text, '"(?:[^"\\]|\\.)*"', '', 'g'), '(?i)nan|inf|,\s*[}\]]')
        THEN replace(replace(
            regexp_replace(text, '("(?:[^"\\]|\\.)*")|(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)',
                '\1' || chr(1) || '\2' || chr(1), 'g'),
            chr(1) || chr(1), ''), chr(1), '"')
        ELSE '{}' END AS object
    FROM label_text WHERE starts_with(trim(text, chr(9) || chr(10) || chr(13) || ' '), '{')
),
json_pair AS (
    SELECT text, id AS place, key, value ->> '$' AS value, type IN ('OBJECT', 'ARRAY') AS unreadable
    FROM json_text, json_each(object)
),
pipe_pair AS (
    -- A text or list in JSON is no object, even where it holds one.
    SELECT text, place, pair, strpos(pair, ':') = 0 OR json_valid(text) AS unreadable
    FROM (
        SELECT text, unnest(string_split(trimmed, '|')) AS pair, generate_subscripts(string_split(trimmed, '|'), 1) AS place
        FROM (SELECT text, trim(text, chr(9) || chr(10) || chr(13) || ' ') AS trimmed FROM label_text)
        WHERE NOT starts_with(trimmed, '{') AND trimmed <> ''
    )
),
label AS (
    SELECT text, key, max_by(coalesce(value, chr(0)), place) AS value
    FROM (
        SELECT text, place, key, value FROM json_pair
        WHERE text NOT IN (SELECT text FROM json_pair WHERE unreadable)
        UNION ALL
        SELECT text, place, regexp_replace(split_part(pair, ':', 1), '^label_', ''), substr(pair, strpos(pair, ':') + 1)
        FROM pipe_pair WHERE text NOT IN (SELECT text FROM pipe_pair WHERE unreadable)
    )
    GROUP BY text, key HAVING value <> chr(0)
),
organisation AS (
    SELECT DISTINCT organisation FROM object
),
enabled AS (
    SELECT organisation.organisation, key FROM organisation JOIN enabled_key ON enabled_key.organisation IN ('', organisation.organisation)
    UNION SELECT organisation, 'vm_kubevirt_io_name' FROM organisation
),
enabled_label AS (
    SELECT enabled.organisation, text, key, value FROM label JOIN enabled USING (key)
),
mapping AS (
    SELECT organisation.organisation, child, max_by(parent, tag_mapping.organisation) AS parent
    FROM organisation JOIN tag_mapping ON tag_mapping.organisation IN ('', organisation.organisation) GROUP BY ALL
),

-- Merged labels of each combination that occurs; the later wins on equal keys.
pod_labelled AS (
    SELECT pod_said.*, split_part(source, '|', 1) AS organisation, node_label.labels AS node_labels, namespace_label.labels AS namespace_labels
    FROM pod_said
    LEFT JOIN node_label USING (source, usage_date, node)
    LEFT JOIN namespace_label USING (source, usage_date, namespace)
),
storage_labelled AS (
    SELECT mounted.*, split_part(source, '|', 1) AS organisation, node_label.labels AS node_labels, namespace_label.labels AS namespace_labels
    FROM mounted
    LEFT JOIN node_label USING (source, usage_date, node)
    LEFT JOIN namespace_label USING (source, usage_date, namespace)
),
combination AS (
    SELECT organisation, node_labels, namespace_labels, NULL AS volume_labels, labels FROM pod_labelled
    UNION
    SELECT organisation, node_labels, namespace_labels, volume_labels, claim_labels FROM storage_labelled
),
combined AS (
    SELECT row_number() OVER () AS id, * FROM combination
),
combined_label AS (
    SELECT id, organisation, key, max_by(value, rank) AS value
    FROM (
        SELECT id, c.organisation, 1 AS rank, key, value
        FROM combined c JOIN enabled_label e ON text = node_labels AND e.organisation = c.organisation
        UNION ALL SELECT id, c.organisation, 2, key, value
        FROM combined c JOIN enabled_label e ON text = namespace_labels AND e.organisation = c.organisation
        UNION ALL SELECT id, c.organisation, 3, key, value
        FROM combined c JOIN enabled_label e ON text = volume_labels AND e.organisation = c.organisation
        UNION ALL SELECT id, c.organisation, 4, key, value
        FROM combined c JOIN enabled_label e ON text = labels AND e.organisation = c.organisation
    )
    GROUP BY ALL
),

-- A child key becomes its parent's, whose own value comes before that of any child.
mapped_label AS (
    SELECT id, coalesce(mapping.parent, combined_label.key) AS key, value
    FROM combined_label
    LEFT JOIN mapping ON mapping.child = combined_label.key AND mapping.organisation = combined_label.organisation
    QUALIFY row_number() OVER (PARTITION BY id, coalesce(mapping.parent, combined_label.key)
        ORDER BY mapping.parent IS NULL DESC, strlen(combined_label.key) DESC, combined_label.key DESC) = 1
),
merged_text AS (
    SELECT id, to_json(map_from_entries(list(struct_pack(k := key, v := value) ORDER BY key)))::VARCHAR AS merged
    FROM mapped_label GROUP BY id
),
merged AS (
    SELECT combined.*, coalesce(merged_text.merged, '{}') AS merged FROM combined LEFT JOIN merged_text USING (id)
),

-- (3) Pod rows.
pod_row AS (
    SELECT source, usage_date, namespace, node, merged,
        sum(usage_cpu) AS usage_cpu, sum(request_cpu) AS request_cpu, sum(limit_cpu) AS limit_cpu,
        sum(effective_cpu) AS effective_cpu, sum(usage_memory) AS usage_memory, sum(request_memory) AS request_memory,
        sum(limit_memory) AS limit_memory, sum(effective_memory) AS effective_memory,
        max(node_cores) AS node_cores, max(node_bytes) AS node_bytes, max(resource_id) AS resource_id
    FROM pod_labelled
    JOIN merged ON merged.labels IS NOT DISTINCT FROM pod_labelled.labels
        AND merged.node_labels IS NOT DISTINCT FROM pod_labelled.node_labels
        AND merged.namespace_labels IS NOT DISTINCT FROM pod_labelled.namespace_labels
        AND merged.volume_labels IS NULL AND merged.organisation = pod_labelled.organisation
    GROUP BY ALL
),

-- Storage rows. A row without a volume shares none with other nodes.
storage_row AS (
    SELECT storage_labelled.source, storage_labelled.usage_date, namespace, node, resource_id, claim, storage_labelled.volume,
        storage_class, csi_handle, merged, max(capacity_bytes) AS capacity_bytes,
        sum(capacity_seconds) AS capacity_seconds, sum(request_seconds) AS request_seconds,
        sum(usage_seconds) AS usage_seconds, greatest(1, max(nodes)) AS nodes
    FROM storage_labelled
    LEFT JOIN mounting_nodes USING (source, usage_date, volume)
    JOIN merged ON merged.labels IS NOT DISTINCT FROM storage_labelled.claim_labels
        AND merged.volume_labels IS NOT DISTINCT FROM storage_labelled.volume_labels
        AND merged.node_labels IS NOT DISTINCT FROM storage_labelled.node_labels
        AND merged.namespace_labels IS NOT DISTINCT FROM storage_labelled.namespace_labels
        AND merged.organisation = storage_labelled.organisation
    GROUP BY ALL
),

-- Unallocated rows.
allocated AS (
    -- A sum of nothing but nulls is null, and so is what is left of it.
    SELECT source, usage_date, node,
        sum(usage_cpu) AS usage_cpu, sum(request_cpu) AS request_cpu, sum(effective_cpu) AS effective_cpu,
        sum(usage_memory) AS usage_memory, sum(request_memory) AS request_memory,
        sum(effective_memory) AS effective_memory,
        max(node_cores) AS node_cores, max(node_bytes) AS node_bytes, max(resource_id) AS resource_id
    FROM pod_row
    WHERE coalesce(namespace, '')
        NOT IN ('Platform unallocated', 'Worker unallocated', 'Network unattributed', 'Storage unattributed')
    GROUP BY ALL
),
unallocated_row AS (
    SELECT allocated.*, node_day.core_seconds, node_day.byte_seconds,
        CASE WHEN coalesce(node_day.node_role, CASE WHEN master_pods THEN 'master' END, role_label.value) IN ('master', 'infra')
            THEN 'Platform unallocated' ELSE 'Worker unallocated' END AS namespace
    FROM allocated
    JOIN node_day USING (source, usage_date, node)
    LEFT JOIN node_label USING (source, usage_date, node)
    LEFT JOIN label role_label ON role_label.text = node_label.labels AND role_label.key = 'node_role_kubernetes_io'
),

result AS (
    SELECT 'Pod' AS data_source, source, usage_date, namespace, node, resource_id, merged AS pod_labels,
        NULL AS volume_labels, merged AS all_labels, NULL AS persistentvolumeclaim, NULL AS persistentvolume,
        NULL AS storageclass, NULL AS csi_handle, usage_cpu / 3600 AS pod_usage_cpu_core_hours,
        request_cpu / 3600 AS pod_request_cpu_core_hours, effective_cpu / 3600 AS pod_effective_usage_cpu_core_hours,
        limit_cpu / 3600 AS pod_limit_cpu_core_hours,
        usage_memory / 3600 / 2^30 AS pod_usage_memory_gigabyte_hours,
        request_memory / 3600 / 2^30 AS pod_request_memory_gigabyte_hours,
        effective_memory / 3600 / 2^30 AS pod_effective_usage_memory_gigabyte_hours,
        limit_memory / 3600 / 2^30 AS pod_limit_memory_gigabyte_hours,
        node_cores AS node_capacity_cpu_cores, node_day.core_seconds / 3600 AS node_capacity_cpu_core_hours,
        node_bytes / 2^30 AS node_capacity_memory_gigabytes,
        node_day.byte_seconds / 3600 / 2^30 AS node_capacity_memory_gigabyte_hours,
        cluster_day.core_seconds / 3600 AS cluster_capacity_cpu_core_hours,
        cluster_day.byte_seconds / 3600 / 2^30 AS cluster_capacity_memory_gigabyte_hours,
        NULL::DOUBLE AS persistentvolumeclaim_capacity_gigabyte, NULL::DOUBLE AS persistentvolumeclaim_capacity_gigabyte_months,
        NULL::DOUBLE AS volume_request_storage_gigabyte_months, NULL::DOUBLE AS persistentvolumeclaim_usage_gigabyte_months,
        '{"cpu": 0.000000000, "memory": 0.000000000, "storage": 0.000000000}' AS infrastructure_usage_cost
    FROM pod_row JOIN node_day USING (source, usage_date, node) JOIN cluster_day USING (source, usage_date)
    UNION ALL
    SELECT 'Pod', source, usage_date, namespace, node, resource_id, NULL, NULL, '{}', NULL, NULL, NULL, NULL,
        (unallocated_row.core_seconds - usage_cpu) / 3600, (unallocated_row.core_seconds - request_cpu) / 3600,
        (unallocated_row.core_seconds - effective_cpu) / 3600, NULL,
        (unallocated_row.byte_seconds - usage_memory) / 3600 / 2^30,
        (unallocated_row.byte_seconds - request_memory) / 3600 / 2^30,
        (unallocated_row.byte_seconds - effective_memory) / 3600 / 2^30, NULL,
        node_cores, unallocated_row.core_seconds / 3600, node_bytes / 2^30, unallocated_row.byte_seconds / 3600 / 2^30,
        cluster_day.core_seconds / 3600, cluster_day.byte_seconds / 3600 / 2^30, NULL, NULL, NULL, NULL, NULL
    FROM unallocated_row JOIN cluster_day USING (source, usage_date)
    UNION ALL
    SELECT 'Storage', source, usage_date, namespace, node, resource_id, NULL, merged, merged, claim, volume, storage_class,
        csi_handle, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        capacity_bytes / 2^30,
        capacity_seconds / (86400 * day(last_day(usage_date))) / 2^30,
        request_seconds / (86400 * day(last_day(usage_date))) / 2^30 / nodes,
        usage_seconds / (86400 * day(last_day(usage_date))) / 2^30 / nodes,
        '{"cpu": 0.000000000, "memory": 0.000000000, "storage": 0.000000000}'
    FROM storage_row
),
category AS (
    SELECT source, namespace, max(cost_category_id) AS cost_category_id
    FROM (SELECT DISTINCT source, namespace FROM result) JOIN cost_category
        ON namespace LIKE pattern ESCAPE '\' AND organisation IN ('', split_part(source, '|', 1))
    GROUP BY ALL
),

-- The organisation's own cluster comes before one that holds for every organisation.
known AS (
    SELECT object.source, cluster.*
    FROM (SELECT DISTINCT source, organisation, source_uuid FROM object) object
    JOIN cluster ON cluster.source_uuid = object.source_uuid AND cluster.organisation IN ('', object.organisation)
    QUALIFY row_number() OVER (PARTITION BY object.source ORDER BY cluster.organisation DESC) = 1
)
SELECT result.* EXCLUDE (source, usage_date), split_part(result.source, '|', 1) AS organisation,
    split_part(result.source, '|', 2) AS source_uuid, usage_date AS usage_start, usage_date AS usage_end,
    coalesce(known.cluster_id, split_part(result.source, '|', 2)) AS cluster_id, known.cluster_alias,
    report_period.report_period_id, category.cost_category_id
FROM result
LEFT JOIN known USING (source)
LEFT JOIN report_period ON report_period.organisation = known.organisation AND report_period.source_uuid = known.source_uuid
    AND report_period.month = strftime(usage_date, '%Y-%m')
LEFT JOIN category ON category.source = result.source AND category.namespace = result.namespace
