#!/bin/bash
# Keeps the classes of a first run of Spark as an archive that later JVMs map instead of parsing them again: a driver or an
# executor then starts in about half the time. https://openjdk.org/jeps/350
# Usage: archive-classes.sh WARM_UP ARCHIVE
set -euo pipefail

java_major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p')
if [ "${java_major:-0}" -lt 17 ] || ! command -v python3 >/dev/null; then
  echo "no class archive with Java ${java_major:-unknown}: it needs Java 17, and Python"
  exit 0
fi

jars=$(printf '%s:' "$SPARK_HOME"/jars/*.jar)
export SPARK_LOCAL_IP=127.0.0.1 SPARK_SUBMIT_OPTS="-XX:ArchiveClassesAtExit=$2 -Xlog:cds=off -Xlog:cds+dynamic=off"
log=$(mktemp)
if ! "$SPARK_HOME/bin/spark-submit" --driver-class-path "${jars%:}" "$1" 2>&1 | tee "$log" | grep --line-buffered '^warm-up: ' ||
  ! [ -s "$2" ]; then
  tail -n 40 "$log"
  exit 1
fi
rm "$log"
ls -l "$2"
