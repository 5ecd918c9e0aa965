#!/bin/bash
# At the database's first start: the services' roles with their passwords. What they may do is roles.sql's (sink --roles).
set -euo pipefail
for role in sink intake splitter processor validator console; do
  psql -v ON_ERROR_STOP=1 -v role="usage_$role" -v password="$(cat "/run/secrets/postgres-$role")" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
SQL
done
