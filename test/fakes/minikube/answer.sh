#!/bin/sh
# Stands in for minikube: says what its table, a folder, holds for the call, and fails on every call it does not hold.
table=$1
shift
key=$(printf %s "$*" | md5sum | cut -c1-32)
env | grep -E '^(KUBECONFIG|MINIKUBE_)' > "$table/environment"
printf '%s\n' "$*" >> "$table/calls"
if [ ! -d "$table/$key" ]; then
  printf '%s\n' "$*" >> "$table/unexpected"
  echo "unexpected call: minikube $*" >&2
  exit 99
fi
# Each answer once, the last one from then on.
answer=$(ls "$table/$key" | head -n 1)
cat "$table/$key/$answer/stdout"
cat "$table/$key/$answer/stderr" >&2
code=$(cat "$table/$key/$answer/code")
[ "$(ls "$table/$key" | wc -l)" -eq 1 ] || rm -r "$table/$key/$answer"
exit "$code"
