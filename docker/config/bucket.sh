#!/bin/sh
# The bucket, its notifications, and who may do what with it. Can be repeated.
set -eu
mc() { command mc --config-dir /tmp/mc --quiet "$@"; }
mc alias set store http://minio:9000 usage-admin "$(cat /run/secrets/minio-root)" >/dev/null
mc mb --ignore-existing store/usage-reports
mc event add --ignore-existing store/usage-reports arn:minio:sqs::USAGE:kafka --event put,delete
user() {
  mc admin user add store "$1" "$(cat "/run/secrets/$2")"
  mc admin policy create store "$1" "/config/$1-policy.json"
  mc admin policy attach store "$1" --user "$1" || echo "the policy was attached before"
}
user usage-splitter store-key
user usage-uploader uploader-key
