#!/bin/sh
# Debian's ufw as its package is unpacked in the folder $1, in namespaces made for it: prints "ready", and waits for its end.
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs "$1/top"
for folder in etc usr; do
  mkdir -p "$1/top/$folder" "$1/top/work-$folder"
  mount -t overlay overlay -o "lowerdir=$1/ufw/$folder:/$folder,upperdir=$1/top/$folder,workdir=$1/top/work-$folder" "/$folder"
done
# What the package does when it is installed.
cp /usr/share/ufw/*.rules /usr/share/ufw/ufw.conf /etc/ufw
ip link set lo up
ufw --force enable >&2
echo ready
read -r _
