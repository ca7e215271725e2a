#!/bin/sh
# Starts a machine: its own cgroup in every hierarchy, then its own namespaces, which end with this process.
# start.sh FOLDER CGROUP BINARIES KEEP...   (see init.sh)
set -eu
here=$(dirname "$(readlink -f "$0")")
cgroup=$2
root=/sys/fs/cgroup
for hierarchy in "$root" "$root"/*/; do
  hierarchy=${hierarchy%/}
  [ -f "$hierarchy/cgroup.procs" ] || continue
  # Below version 2's root, only hierarchies are mounted here; its own cgroups are not.
  [ "$hierarchy" = "$root" ] || [ ! -f "$root/cgroup.procs" ] || continue
  folder=$hierarchy
  for part in $(echo "$cgroup" | tr / ' ') init; do
    parent=$folder
    folder=$folder/$part
    if [ -f "$parent/cgroup.controllers" ] && [ "$hierarchy" = "$root" ]; then
      for controller in $(cat "$parent/cgroup.controllers"); do
        echo "+$controller" > "$parent/cgroup.subtree_control" 2> /dev/null || true
      done
    fi
    mkdir -p "$folder"
    if [ -f "$folder/cpuset.cpus" ] && [ "$hierarchy" != "$root" ]; then
      cat "$parent/cpuset.cpus" > "$folder/cpuset.cpus"
      cat "$parent/cpuset.mems" > "$folder/cpuset.mems"
    fi
  done
  # The root of the new cgroup namespace is where its first process is.
  echo $$ > "$hierarchy/$cgroup/cgroup.procs"
done
exec unshare --mount --uts --pid --net --ipc --cgroup --fork --kill-child --mount-proc --propagation private \
  sh "$here/init.sh" "$@"
