#!/bin/sh
# Makes a certificate authority and certificates of Kafka, the store and PostgreSQL, once, for compose.tls.yaml; needs openssl.
#   sh certificates.sh FOLDER
# Remove the folder for new ones. The authority's own key is thrown away: nobody can make further certificates that are trusted.
set -eu
folder=${1:?which folder?}
[ ! -s "$folder/ca.crt" ] || exit 0
command -v openssl >/dev/null 2>&1 || { echo "Cannot make certificates: there is no openssl on the PATH. Install it." >&2; exit 1; }
new="$folder.new"
rm -rf "$new"
mkdir -p "$new/minio/CAs"
openssl req -x509 -newkey rsa:3072 -nodes -sha256 -days 3650 -subj "/CN=usage-streams CA" \
  -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
  -keyout "$new/ca.key" -out "$new/ca.crt" 2>/dev/null
for server in kafka minio postgres; do
  openssl req -newkey rsa:3072 -nodes -sha256 -subj "/CN=$server" -keyout "$new/$server.key" -out "$new/$server.csr" 2>/dev/null
  printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' "$server" > "$new/$server.ext"
  openssl x509 -req -sha256 -days 825 -in "$new/$server.csr" -CA "$new/ca.crt" -CAkey "$new/ca.key" -CAcreateserial \
    -extfile "$new/$server.ext" -out "$new/$server.crt" 2>/dev/null
  rm "$new/$server.csr" "$new/$server.ext"
done
rm -f "$new/ca.key" "$new/ca.srl"
# Kafka reads key and certificates from one file, MinIO from files of fixed names.
cat "$new/kafka.key" "$new/kafka.crt" "$new/ca.crt" > "$new/kafka.pem"
rm "$new/kafka.key" "$new/kafka.crt"
mv "$new/minio.key" "$new/minio/private.key"
mv "$new/minio.crt" "$new/minio/public.crt"
cp "$new/ca.crt" "$new/minio/CAs/ca.crt"
# Containers' users read them; the folder above keeps this host's others out.
find "$new" -type d -exec chmod 755 {} +
find "$new" -type f -exec chmod 644 {} +
rm -rf "$folder"
mv "$new" "$folder"
