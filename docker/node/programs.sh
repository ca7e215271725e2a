#!/bin/sh
# Tells how programs of a node are: the time by the clock of their logs, then for each the words of its supervisor, the
# number of its deaths and the end of its log, all up to a zero byte.
# Usage: programs.sh FOLDER NAME…
folder=$1
shift
env -u TZ date '+%F %T'
printf '\0'
for name; do
  s6-svstat -o up,wantedup,pid,updownfor "$folder/services/$name" 2>/dev/null
  printf '\0'
  s6-svdt "$folder/services/$name" 2>/dev/null | wc -l
  printf '\0'
  tail -n 200 "$folder/logs/$name/current" 2>/dev/null | tr -d '\0'
  printf '\0'
done
