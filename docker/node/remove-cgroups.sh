#!/bin/sh
# Removes the cgroup $1 from every hierarchy. The kernel keeps one busy for a moment after its last process.
left=yes
tries=0
while [ -n "$left" ] && [ $tries -lt 100 ]; do
  left=
  for folder in "/sys/fs/cgroup/$1" /sys/fs/cgroup/*/"$1"; do
    [ -d "$folder" ] || continue
    find "$folder" -depth -type d -exec rmdir {} + 2>/dev/null
    rmdir "$(dirname "$folder")" 2>/dev/null
    [ -d "$folder" ] && left="$left $folder"
  done
  [ -z "$left" ] || sleep 0.05
  tries=$((tries + 1))
done
[ -z "$left" ] || echo "cgroups still busy:$left" >&2
[ -z "$left" ]
