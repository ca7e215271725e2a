#!/bin/sh
# Runs shell commands, to the first that fails, with their own Docker engine. Needs root and dockerd; no systemd, no
# bridge, no iptables. When it ends, however it ends, of the engine only FOLDER is left.
# Usage: private-engine.sh FOLDER COMMAND…
set -eu

PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
cgroup=firesteel-build

# Inside: process 1 of a process and a mount namespace.
inside() {
  folder=$1
  shift

  # containerd's shims always put their sockets into /run; so /run is ours. Name resolution may live there.
  resolver=$(cat /etc/resolv.conf 2>/dev/null || :)
  mount -t tmpfs -o mode=0755 tmpfs /run
  case $(readlink -m /etc/resolv.conf) in
    /run/*) mkdir -p "$(dirname "$(readlink -m /etc/resolv.conf)")" && echo "$resolver" >"$(readlink -m /etc/resolv.conf)" ;;
  esac

  # Contexts and archives pass through temporary files as big as the image: in memory, if there is plenty.
  if [ "$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)" -gt 6000000 ]; then
    mkdir /run/tmp
    export DOCKER_TMPDIR=/run/tmp
  fi

  dockerd --data-root "$folder" --exec-root /run/docker --pidfile /run/docker.pid --host unix:///run/docker.sock \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$cgroup" \
    --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --userland-proxy=false \
    </dev/null >/run/docker.log 2>&1 &
  engine=$!
  # The classic builder is part of the engine; BuildKit wants a plugin that Debian's docker.io does not bring.
  unset DOCKER_CONTEXT
  export DOCKER_HOST=unix:///run/docker.sock DOCKER_BUILDKIT=0
  until docker version >/dev/null 2>&1 </dev/null; do
    if ! kill -0 "$engine" 2>/dev/null; then
      tail -n 20 /run/docker.log >&2
      echo 'dockerd does not start' >&2
      exit 1
    fi
    sleep 0.1
  done

  code=0
  for command; do
    sh -euc "$command" </dev/null || code=$?
    [ "$code" = 0 ] || { echo "exit code $code: $command" >&2; break; }
  done
  kill "$engine"
  wait "$engine" || :
  exit "$code"
}

if [ "$1" = --inside ]; then
  shift
  inside "$@"
fi

mkdir -p "$1"
exec 9>"$1.lock"
flock --nonblock 9 || { echo 'waiting for another build'; flock 9; }

# A background job, for a shell waits for one in the foreground before it looks at signals. The end of unshare is that of
# everything inside.
unshare --mount --pid --ipc --fork --kill-child --mount-proc --propagation private "$0" --inside "$@" 9>&- &
namespaces=$!
trap 'kill -KILL "$namespaces"' TERM INT HUP
code=0
wait "$namespaces" || code=$?
# A signal ends the first wait, before what it waits for has ended.
wait "$namespaces" 2>/dev/null || :
find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2>/dev/null || :
exit "$code"
