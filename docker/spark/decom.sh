#!/bin/bash
# Asks an executor to hand over its blocks before it goes: the preStop hook of executor pods
# (spark.kubernetes.decommission.script). SIGPWR is the signal that Spark listens to.
set -u

executor="$(pgrep --newest --exact java)" || exit 0
echo "decommissioning executor, pid $executor"
kill -s PWR "$executor"
# The pod's grace period continues while the hook runs; a minute is what upstream's script waits, too.
timeout 60 tail --pid="$executor" --follow /dev/null
