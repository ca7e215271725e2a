#!/bin/bash
# Starts a daemon of a standalone cluster in the foreground: `daemon.sh master` or `daemon.sh worker`.
# Variables come from templates/standalone.yaml.
set -euo pipefail

case "$1" in
  master)
    # The master binds to its name, which leads to this pod a moment after the pod has its address.
    until getent hosts "$MASTER_HOST" | grep --quiet --fixed-strings "$POD_IP "; do sleep 0.2; done
    exec "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.master.Master \
      --host "$MASTER_HOST" --port "$MASTER_PORT" --webui-port "$PAGES_PORT"
    ;;
  worker)
    # What the pod may use, less what the daemon and everything outside of an executor's heap take.
    heap=$(((LIMIT_MEBIBYTES - KEPT_MEBIBYTES) * HEAP_PERCENT / 100))
    exec "$SPARK_HOME/bin/spark-class" org.apache.spark.deploy.worker.Worker \
      --host "$POD_IP" --port "$WORKER_PORT" --webui-port "$PAGES_PORT" \
      --cores "$LIMIT_CORES" --memory "${heap}m" --work-dir /var/data/work "$MASTER_URL"
    ;;
esac
