#!/bin/sh
# Keeps images, unpacked, in a store that new nodes begin with: their files are hard links of the store's. Needs root.
# Usage: store.sh keep STORE BINARIES SNAPSHOTTER ARCHIVE…   makes the store: whole, or not at all
#        store.sh take STORE FOLDER                          makes FOLDER of it; exit code 3: the store is damaged
set -eu
umask 022

# What is kept of containerd's folder: content, unpacked layers, and its knowledge of both.
parts='io.containerd.content.v1.content io.containerd.metadata.v1.bolt io.containerd.snapshotter.v1'

# A sum over names, sizes, modes, owners and times of change: it differs once a file is lost, cut off or written to. To read
# gigabytes at each start would take as long as to import them.
sum_of() {
  (cd "$1" && find . \( -type d -printf '%p %y %m %U %G\n' \) -o -printf '%p %y %s %m %U %G %T@ %l\n') |
    LC_ALL=C sort | sha256sum
}

is_whole() {
  [ -f "$1/sum" ] && [ "$(sum_of "$1/containerd")" = "$(cat "$1/sum")" ]
}

# Inside: process 1 of new namespaces, with a containerd that runs no pod.
fill() {
  folder=$1 binaries=$2 snapshotter=$3
  shift 3
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir /run/store /run/bin
  mount --bind "$folder" /run/store
  mount --bind "$binaries" /run/bin
  # What runs pods is of no use here, and snapshotters that do not fit the file system keep the others from serving.
  unused='io.containerd.cri.v1.images io.containerd.cri.v1.runtime io.containerd.grpc.v1.cri io.containerd.transfer.v1.local'
  for other in blockfile btrfs devmapper erofs native overlayfs zfs; do
    [ $other = "$snapshotter" ] || unused="$unused io.containerd.snapshotter.v1.$other"
  done
  cat > /run/config.toml <<END
version = 3
root = "/run/store"
state = "/run/containerd"
disabled_plugins = [$(printf '"%s", ' $unused)]

[grpc]
  address = "/run/containerd.sock"
END
  PATH=/run/bin:$PATH containerd --config=/run/config.toml > /run/log 2>&1 &
  containerd=$!
  until [ -S /run/containerd.sock ]; do
    kill -0 $containerd 2> /dev/null || { tail -n 20 /run/log >&2; echo 'containerd does not start' >&2; exit 1; }
    sleep 0.02
  done
  export CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS=true
  ctr() { /run/bin/ctr --address=/run/containerd.sock --namespace=k8s.io "$@"; }
  for archive; do
    ctr images import --local --snapshotter="$snapshotter" - < "$archive"
  done
  [ "$(ctr images check --quiet --snapshotter="$snapshotter" | sort)" = "$(ctr images list --quiet | sort)" ]
  kill $containerd
  wait $containerd || :

  cd /run/store
  for part in *; do
    case " $parts " in *" ${part%."$snapshotter"} "*) ;; *) rm -rf "$part" ;; esac
  done
  cd io.containerd.content.v1.content/blobs/sha256
  for blob in *; do echo "$blob  $blob"; done | sha256sum --check --quiet --strict -
}

keep() {
  store=$1
  shift
  # One at a time; the folder itself is the lock.
  exec 9< "$(dirname "$store")"
  flock --nonblock 9 || { echo 'waiting for another run that stores images'; flock 9; }
  is_whole "$store" && return
  [ ! -e "$store" ] || echo "$store is damaged: making it again"
  work=$store.$$
  mkdir -p "$work/containerd"
  # A background job, for a shell waits for one in the foreground before it looks at signals.
  unshare --mount --pid --net --ipc --fork --kill-child --mount-proc --propagation private \
    sh "$0" fill "$work/containerd" "$@" 9<&- &
  namespaces=$!
  trap 'kill -KILL $namespaces' TERM INT HUP
  code=0
  wait $namespaces || code=$?
  wait $namespaces 2> /dev/null || :
  if [ $code = 0 ]; then
    sum_of "$work/containerd" > "$work/sum"
    # A power cut must not leave empty files under the store's name.
    sync --file-system "$work"
    rm -rf "$store"
    mv --no-target-directory "$work" "$store"
  fi
  rm -rf "$work"
  return $code
}

take() {
  store=$1 folder=$2
  work=$folder.new
  rm -rf "$work"
  trap 'rm -rf "$work"' EXIT
  cp --archive --link "$store/containerd" "$work"
  # containerd writes to its databases in place, to everything else never again.
  find "$work" -maxdepth 2 -name '*.db' | while read -r database; do
    cp --preserve "$database" "$database.new"
    mv "$database.new" "$database"
  done
  [ "$(sum_of "$work")" = "$(cat "$store/sum")" ] || exit 3
  # This link says that someone uses the store.
  ln "$store/sum" "$work/.store"
  touch "$store"
  mv --no-target-directory "$work" "$folder"
}

"$@"
