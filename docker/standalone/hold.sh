#!/bin/bash
# Keeps the pod of a shell as long as the shell in it: five minutes for its start, then until its JVM ends.
set -u

running() { pgrep --full org.apache.spark.deploy.SparkSubmit >/dev/null; }
for ((second = 0; second < 300; second++)); do
  running && break
  sleep 1
done
while running; do sleep 1; done
