#!/bin/sh
# Makes a user that may upload the reports and payloads of one organisation, or the reports of one of its sources, and nothing else: it
# can neither read, list nor remove. Prints the user's keys, which are random; they are kept nowhere.
#   scripts/compose run --rm --entrypoint sh bucket /config/uploader.sh ORGANISATION [SOURCE]
set -eu
: "${STORE:=http://minio:9000}" "${SECRETS:=/run/secrets}"
policies=$(dirname "$0")
organisation=${1:?which organisation?}
source=${2:-}
# What a policy takes for a pattern or a variable would let the user write elsewhere.
case "$organisation" in *[!A-Za-z0-9_-]*) echo "Cannot make a policy for $organisation: a name has letters, digits, - and _." >&2; exit 2 ;; esac
case "$source" in *[!A-Fa-f0-9-]*) echo "Cannot make a policy for $source: a source is a UUID." >&2; exit 2 ;; esac
# Where the store shows a certificate of an authority that nobody else knows.
[ -z "${STORE_CA:-}" ] || { mkdir -p "${MC_CONFIG:-/tmp/mc}/certs/CAs" && cp "$STORE_CA" "${MC_CONFIG:-/tmp/mc}/certs/CAs/"; }
mc() { command mc --config-dir "${MC_CONFIG:-/tmp/mc}" --quiet "$@"; }
. "$SECRETS/minio.env"
mc alias set store "$STORE" "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD" >/dev/null
if [ -n "$source" ]; then kind=source; else kind=organisation; fi
name="usage-uploader-$organisation${source:+-$source}"
# The image has no sed.
policy="${TMPDIR:-/tmp}/$name.json"
while IFS= read -r line; do
  case "$line" in *ORGANISATION*) line="${line%%ORGANISATION*}$organisation${line#*ORGANISATION}" ;; esac
  case "$line" in *SOURCE*) line="${line%%SOURCE*}$source${line#*SOURCE}" ;; esac
  printf '%s\n' "$line"
done < "$policies/$kind-uploader-policy.json" > "$policy"
access=$(od -An -N10 -tx1 /dev/urandom | tr -d ' \n')
secret=$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')
mc admin policy create store "$name" "$policy" >/dev/null
mc admin user add store "$access" "$secret" >/dev/null
mc admin policy attach store "$name" --user "$access" >/dev/null
echo "store.access.key=$access"
echo "store.secret.key=$secret"
