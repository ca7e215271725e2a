#!/bin/sh
# Runs a command in a machine: enter.sh PID CGROUP COMMAND...   PID is the machine's first process.
set -eu
pid=$1
cgroup=$2
shift 2
for procs in "/sys/fs/cgroup/$cgroup/init/cgroup.procs" /sys/fs/cgroup/*/"$cgroup"/init/cgroup.procs; do
  [ ! -f "$procs" ] || echo $$ > "$procs"
done
exec nsenter --target "$pid" --mount --uts --pid --net --ipc --cgroup "$@"
