#!/bin/bash
# Keeps the pod of a shell as long as the shell in it, whose process id is in the file $1: five minutes for its start, then
# until that process ends.
set -u

for ((second = 0; second < 300; second++)); do
  [ -s "$1" ] && break
  sleep 1
done
while [ -s "$1" ] && kill -0 "$(cat "$1")" 2>/dev/null; do sleep 1; done
