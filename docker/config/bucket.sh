#!/bin/sh
# The bucket, its notifications, and who may do what with it. Can be repeated.
set -eu
: "${STORE:=http://minio:9000}" "${SECRETS:=/run/secrets}"
policies=$(dirname "$0")
# Where the store shows a certificate of an authority that nobody else knows.
[ -z "${STORE_CA:-}" ] || { mkdir -p "${MC_CONFIG:-/tmp/mc}/certs/CAs" && cp "$STORE_CA" "${MC_CONFIG:-/tmp/mc}/certs/CAs/"; }
mc() { command mc --config-dir "${MC_CONFIG:-/tmp/mc}" --quiet "$@"; }
. "$SECRETS/minio.env"
mc alias set store "$STORE" "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" >/dev/null
mc mb --ignore-existing store/usage-reports
mc event add --ignore-existing store/usage-reports arn:minio:sqs::USAGE:kafka --event put,delete
user() {
  mc admin policy create store "usage-$1" "$policies/usage-$1-policy.json"
  mc admin user add store "$(cat "$SECRETS/$1-access-key")" "$(cat "$SECRETS/$1-secret-key")"
  mc admin policy attach store "usage-$1" --user "$(cat "$SECRETS/$1-access-key")" || echo "the policy was attached before"
}
user intake
user splitter
user uploader
