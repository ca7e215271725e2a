#!/bin/bash
# What a container of the Spark image does: `driver ARGS…`, `executor`, or any other command unchanged.
# The contract (arguments, variables, order of the class path) is that of upstream's entrypoint for Spark 3 and 4.
set -euo pipefail

SPARK_HOME="${SPARK_HOME:-/opt/spark}"
export SPARK_HOME

# A PATH of the pod takes the place of the image's: what this file and Spark run is found behind it all the same.
image_path="${SPARK_IMAGE_PATH:-$SPARK_HOME/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}"
[ "${PATH:-}" = "$image_path" ] || export PATH="${PATH:+$PATH:}$image_path"

# Java reads arguments as the locale says, and as ASCII in one that the image lacks, such as en_US.UTF-8.
[ "$(locale charmap 2>/dev/null)" = UTF-8 ] || export LC_ALL=C.UTF-8

# A JAVA_HOME of another machine would leave a pod without Java.
if [ -n "${JAVA_HOME:-}" ] && [ ! -x "$JAVA_HOME/bin/java" ]; then
  echo "JAVA_HOME $JAVA_HOME has no bin/java: the java of the image runs" >&2
  unset JAVA_HOME
fi

# Java and Hadoop want a name and a home for their uid; a uid given from outside has neither.
name_this_user() {
  getent passwd "$(id -u)" >/dev/null && return
  local wrapper
  for wrapper in /usr/lib/*/libnss_wrapper.so /usr/lib/libnss_wrapper.so; do
    [ -s "$wrapper" ] || continue
    NSS_WRAPPER_PASSWD="$(mktemp)"
    NSS_WRAPPER_GROUP=/etc/group
    cat /etc/passwd >"$NSS_WRAPPER_PASSWD"
    echo "spark:x:$(id -u):$(id -g):spark:/home/spark:/bin/bash" >>"$NSS_WRAPPER_PASSWD"
    export LD_PRELOAD="${LD_PRELOAD:+$LD_PRELOAD:}$wrapper" NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP HOME=/home/spark
    return
  done
}

# SPARK_JAVA_OPT_0, _1 … in the order of their numbers: _10 comes after _9.
java_options() {
  local name
  for name in $(compgen -A variable SPARK_JAVA_OPT_ | sort --version-sort); do
    options+=("${!name}")
  done
}

# shellcheck source=jvm-start.sh
. "$(dirname "$0")/jvm-start.sh"

class_path() {
  local path="${SPARK_CLASSPATH:+$SPARK_CLASSPATH:}$SPARK_HOME/jars/*"
  [ -z "${SPARK_EXTRA_CLASSPATH:-}" ] || path="$path:$SPARK_EXTRA_CLASSPATH"
  [ -z "${HADOOP_CONF_DIR:-}" ] || path="$HADOOP_CONF_DIR:$path"
  echo "${SPARK_CONF_DIR:-$SPARK_HOME/conf}:$path:$PWD${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}"
}

# A variable of the pod takes the place of the image's: Python and Java find what the job brings all the same. Modules go
# first, as a program's own folder does for Python; packages and jars go last.
job="$SPARK_HOME/job"
# last_on VARIABLE FOLDER ENTRY: adds the entry unless it is there; without the folder it does nothing.
last_on() {
  local paths="${!1:-}"
  if [ -d "$2" ] && [[ ":$paths:" != *":$3:"* ]]; then export "$1=${paths:+$paths:}$3"; fi
}
find_what_the_job_brings() {
  local place modules=''
  for place in "$job"/shipped/modules/*/ "$job"/modules/*/; do
    [ ! -d "$place" ] || modules="$modules${place%/}:"
  done
  [ -z "$modules" ] || export PYTHONPATH="${modules%:}${PYTHONPATH:+:$PYTHONPATH}"
  last_on PYTHONPATH "$job/python" "$job/python"
  last_on SPARK_DIST_CLASSPATH "$job/jars" "$job/jars/*"
  last_on SPARK_DIST_CLASSPATH "$job/storage" "$job/storage/*"
}

# tini passes signals on and collects orphans: Python workers are forked by a daemon.
start() {
  local init
  if init="$(command -v tini)"; then exec "$init" -s -- "$@"; fi
  exec "$@"
}

export PYSPARK_PYTHON="${PYSPARK_PYTHON:-python3}"
export PYSPARK_DRIVER_PYTHON="${PYSPARK_DRIVER_PYTHON:-$PYSPARK_PYTHON}"
name_this_user
find_what_the_job_brings

case "${1:-}" in
  driver)
    shift
    start "$SPARK_HOME/bin/spark-submit" \
      --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS" \
      --conf "spark.executorEnv.SPARK_DRIVER_POD_IP=$SPARK_DRIVER_BIND_ADDRESS" \
      --deploy-mode client \
      "$@"
    ;;
  executor)
    options=("${jvm_start_options[@]}")
    path="$(class_path)"
    if [ -e "$class_archive" ] && [ -z "${SPARK_CLASSPATH:-}" ]; then
      options+=("${class_archive_options[@]}")
      path="$(archived_jars):$path"
    fi
    java_options
    java=java
    [ -z "${JAVA_HOME:-}" ] || java="$JAVA_HOME/bin/java"
    start "$java" "${options[@]}" \
      "-Xms$SPARK_EXECUTOR_MEMORY" "-Xmx$SPARK_EXECUTOR_MEMORY" \
      -cp "$path" \
      org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend \
      --driver-url "$SPARK_DRIVER_URL" \
      --executor-id "$SPARK_EXECUTOR_ID" \
      --cores "$SPARK_EXECUTOR_CORES" \
      --app-id "$SPARK_APPLICATION_ID" \
      --hostname "$SPARK_EXECUTOR_POD_IP" \
      --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID" \
      --podName "$SPARK_EXECUTOR_POD_NAME"
    ;;
  '') start /bin/bash ;;
  *) start "$@" ;;
esac
