# What makes JVMs of the Spark image start sooner, for bin/spark-class and the entrypoint.
# shellcheck shell=bash

# Most jobs last seconds: the compiler that pays off after minutes waits ten times as long as it usually does. Loops of long
# jobs reach these counts at once.
jvm_start_options=(
  -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000
  -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000
)

# The archive of classes holds for JVMs whose class path begins with the jars it was made from, in that order.
# https://openjdk.org/jeps/350
class_archive="$SPARK_HOME/classes.jsa"
class_archive_options=("-XX:SharedArchiveFile=$class_archive" -Xlog:cds=off -Xlog:cds+dynamic=off)
archived_jars() {
  local jars
  jars=$(printf '%s:' "$SPARK_HOME"/jars/*.jar)
  echo "${jars%:}"
}

# Changes the command in CMD, which spark-class is about to run: `java … -cp PATH …`, perhaps behind `env NAME=VALUE …`, or
# the Python of a shell, which starts its own JVM. What a job puts before Spark's own configuration and jars comes first all
# the same, and its JVM does without the archive.
start_sooner() {
  local i path java='' options=("${jvm_start_options[@]}")
  for i in "${!CMD[@]}"; do
    case "${CMD[i]}" in
      java | */java) java="${java:-$i}" ;;
      -cp) break ;;
    esac
  done
  [ -n "$java" ] && [ "${CMD[i]}" = -cp ] || return 0
  path="${CMD[i + 1]}"
  if [ -e "$class_archive" ] && [[ "$path" == "${SPARK_CONF_DIR:-$SPARK_HOME/conf}"?(/):* ]]; then
    options+=("${class_archive_options[@]}")
    # Each jar once: a shell's compiler searches all of the path.
    CMD[i + 1]="$(archived_jars):${path/":$SPARK_HOME/jars/*"/}"
  fi
  CMD=("${CMD[@]:0:java + 1}" "${options[@]}" "${CMD[@]:java + 1}")
}
