#!/bin/sh
# A cgroup for this node in every hierarchy below $cgroups; the process that reads this moves out of the caller's.
# shellcheck disable=SC2013,SC2154
if [ -f "$cgroups/cgroup.controllers" ]; then
  # The root of a container's view is a common cgroup: as long as it holds processes, it hands no controller down.
  if [ -e "$cgroups/cgroup.type" ]; then
    mkdir -p "$cgroups/init"
    for process in $(cat "$cgroups/cgroup.procs"); do
      echo "$process" > "$cgroups/init/cgroup.procs" 2>/dev/null || true
    done
  fi
  folder=$cgroups
  for part in $(echo "$NODE_CGROUP" | tr / ' '); do
    for controller in $(cat "$folder/cgroup.controllers"); do
      echo "+$controller" > "$folder/cgroup.subtree_control" 2>/dev/null || true
    done
    folder=$folder/$part
    mkdir -p "$folder"
  done
  for controller in cpu memory pids; do
    grep -qw $controller "$folder/cgroup.controllers" && continue
    echo "cgroup $folder has no controller $controller: does one above it hold processes?" >&2
    exit 1
  done
  mkdir -p "$folder/init"
  echo 0 > "$folder/init/cgroup.procs"
else
  for hierarchy in "$cgroups"/*/; do
    [ -f "${hierarchy}cgroup.procs" ] || continue
    folder=${hierarchy%/}
    for part in $(echo "$NODE_CGROUP/init" | tr / ' '); do
      parent=$folder
      folder=$folder/$part
      mkdir -p "$folder"
      if [ -f "$folder/cpuset.cpus" ]; then
        cat "$parent/cpuset.cpus" > "$folder/cpuset.cpus"
        cat "$parent/cpuset.mems" > "$folder/cpuset.mems"
      fi
    done
    echo 0 > "$folder/cgroup.procs"
  done
fi
