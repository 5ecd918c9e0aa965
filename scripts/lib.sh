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
  (cd "$root" && maven -B -q -pl "$module" -am -DskipTests -Dspotless.check.skip=true package) >&2 \
    || fail "Cannot build $module: see the messages above."
  touch "$stamp"
}

# start MODULE MAIN ARGUMENTS...
start() {
  local module=$1 main=$2 java
  shift 2
  java=$(java_command)
  build "$module"
  # shellcheck disable=SC2086
  exec "$java" -Djdk.console=java.base -XX:+ExitOnOutOfMemoryError ${JAVA_OPTIONS:-} \
    -cp "$root/$module/target/usage-streams-${module##*/}.jar:$root/$module/target/lib/*" "$main" "$@"
}

# The parallel collector does the most where the heap is as small as it may be here; JAVA_OPTIONS may name another.
service() {
  case "${JAVA_OPTIONS:-}" in
    *-XX:+Use*GC*) ;;
    *) JAVA_OPTIONS="-XX:+UseParallelGC ${JAVA_OPTIONS:-}" ;;
  esac
  start "$@"
}

# A command that works on a running system.
command_line() { service processor/cli org.usagestreams.cli.Main "$@"; }

standalone() {
  JAVA_OPTIONS="-Xmx512m -Dusage.log.level=warn -Dusage.log.libraries=error ${JAVA_OPTIONS:-}" \
    start standalone org.usagestreams.standalone.Main "$@"
}
