# Shared by the scripts: builds modules that are not up to date, and starts commands.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

fail() { echo "$*" >&2; exit 1; }

# The version that the parent pom names, without -SNAPSHOT: the tag of our images.
image_version() { sed -n 's:.*<revision>\(.*\)</revision>.*:\1:p' "$root/pom.xml" | head -n 1 | sed 's/-SNAPSHOT$//'; }

# Maven from the PATH, else the wrapper's, which it downloads once.
maven() {
  if command -v mvn >/dev/null 2>&1; then mvn "$@"; else "$root/mvnw" "$@"; fi
}

# Whether the Maven on the PATH reads .mvn/checksums: 3.9 and later do.
maven_checks_lock() {
  local version
  version=$(mvn --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  [ "${version%%.*}" -gt 3 ] || [ "${version#*.}" -ge 9 ]
}

java_command() {
  local java=java
  [ -z "${JAVA_HOME:-}" ] || java="$JAVA_HOME/bin/java"
  command -v "$java" >/dev/null 2>&1 || fail "Cannot find a JDK. Install JDK 17 or later, and set JAVA_HOME or PATH."
  echo "$java"
}

# build MODULE: up to date means that no source is newer than the module's last build.
build() {
  local module=$1 stamp="$root/$1/target/.built"
  if [ -e "$stamp" ] && [ -z "$(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/*/pom.xml "$root"/*/src/main "$root"/*/*/src/main \
    -newer "$stamp" -print -quit)" ]; then
    return
  fi
  echo "building (some minutes the first time) ..." >&2
  mkdir -p "$root/$module/target"
  # Of the beginning: a source that changes meanwhile is newer.
  touch "$stamp.next"
  # What an earlier build left there may be of another version. A process that uses it keeps its files.
  rm -rf "$root/$module/target/lib"
  (cd "$root" && maven -B -q -pl "$module" -am -DskipTests -Dspotless.check.skip=true package) >&2 \
    || fail "Cannot build $module: see the messages above."
  mv "$stamp.next" "$stamp"
}

# usage_streams COMMAND ARGUMENTS... One build serves all commands.
usage_streams() {
  build distribution
  export LAUNCHER_HOME="$root/distribution/target"
  exec "$root/distribution/src/main/bin/usage-streams" "$@"
}
