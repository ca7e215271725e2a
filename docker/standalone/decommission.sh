#!/bin/bash
# The preStop hook of a worker: no new executor comes, and those that run hand over their blocks and end.
# The pod's grace period bounds the wait.
set -u

worker="$(pgrep --oldest --full org.apache.spark.deploy.worker.Worker)" || exit 0
echo "decommissioning worker, pid $worker" >/proc/1/fd/1
kill -s PWR "$worker"
while pgrep --full org.apache.spark.executor.CoarseGrainedExecutorBackend >/dev/null; do sleep 0.5; done
