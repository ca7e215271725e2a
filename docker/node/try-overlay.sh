#!/bin/sh
# Prints which snapshotter of containerd works in the folder $1: overlayfs, or native. Leaves nothing there. Needs root.
set -eu
work=$(mktemp -d "$1/.overlay.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir lower upper work all
: > lower/file

# Not every file system can carry an overlay; on one that does not tell the types of files, removed ones are still listed.
if unshare --mount --propagation private sh -c '
  mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay all && rm all/file && [ -z "$(ls -A all)" ]
' 2> /dev/null; then
  echo overlayfs
else
  echo native
fi
