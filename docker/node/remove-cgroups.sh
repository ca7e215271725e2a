#!/bin/sh
# Removes the cgroup $1 from every hierarchy. The kernel keeps one busy for a moment after its last process.
name=$1
tries=0
while :; do
  set --
  parents=
  for folder in "/sys/fs/cgroup/$name" /sys/fs/cgroup/*/"$name"; do
    [ -d "$folder" ] || continue
    set -- "$@" "$folder"
    parents="$parents ${folder%/*}"
  done
  [ $# -gt 0 ] || exit 0
  if [ $tries -eq 100 ]; then
    echo "cgroups still busy: $*" >&2
    exit 1
  fi
  [ $tries -eq 0 ] || sleep 0.05
  find "$@" -depth -type d -exec rmdir {} + 2>/dev/null
  # Until the last cluster goes, they hold others. No hierarchy has a space in its name.
  # shellcheck disable=SC2086
  rmdir $parents 2>/dev/null
  tries=$((tries + 1))
done
