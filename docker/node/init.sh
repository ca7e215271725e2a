#!/bin/sh
# First process of a node: gives it private mounts and a network of its own, then supervises its programs.
# Started as: unshare --mount --pid --uts --ipc --fork --mount-proc --propagation private sh init.sh NODE_FOLDER
# Settings come from NODE_FOLDER/config/node.env.
set -eu
node=$1
. "$node/config/node.env"

# A cgroup for this node in every hierarchy; this process moves out of the caller's.
cgroups=/sys/fs/cgroup
if [ -f $cgroups/cgroup.controllers ]; then
  folder=$cgroups
  for part in $(echo "$NODE_CGROUP" | tr / ' '); do
    for controller in $(cat $folder/cgroup.controllers); do
      echo "+$controller" > $folder/cgroup.subtree_control 2>/dev/null || true
    done
    folder=$folder/$part
    mkdir -p "$folder"
  done
  mkdir -p "$folder/init"
  echo 0 > "$folder/init/cgroup.procs"
else
  for hierarchy in $cgroups/*/; do
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

# The node's folders at the usual places; what programs write elsewhere is in memory and ends with the node.
cp -L /etc/resolv.conf "$node/config/host-resolv.conf" 2>/dev/null || : > "$node/config/host-resolv.conf"
resolv=$(readlink -f /etc/resolv.conf || echo /etc/resolv.conf)
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/node /run/bin /run/netns /run/lock "$(dirname "$resolv")"
mount --bind "$node" /run/node
mount --bind "$NODE_BINARIES" /run/bin
# One folder holds the volumes of all nodes, so that a claim is the same on each. Upstream's provisioner knows no other
# place for them than this one; the host's /tmp would be tidied up under it.
mkdir -p "$NODE_VOLUMES" /run/volumes
mount --bind "$NODE_VOLUMES" /run/volumes
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir /tmp/hostpath_pv
mount --bind /run/volumes /tmp/hostpath_pv
mount -t tmpfs -o mode=755 tmpfs /var/lib
mount -t tmpfs -o mode=755 tmpfs /var/log
for folder in containerd kubelet etcd; do
  mkdir -p "/run/node/$folder" "/var/lib/$folder"
  mount --bind "/run/node/$folder" "/var/lib/$folder"
done
chmod 700 /run/node/etcd
mkdir -p /run/node/pods /var/log/pods /var/log/containers
mount --bind /run/node/pods /var/log/pods
[ -e "$resolv" ] || : > "$resolv"
mount --bind /run/node/config/resolv.conf "$resolv"
mount --make-rshared /
hostname "$NODE_NAME"

# The node's network. The first node holds the bridge that host and other nodes are plugged into.
ip netns add node
ip -n node link set lo up
ip netns exec node sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ip netns exec node iptables -t nat -A POSTROUTING -o outside -j MASQUERADE
if [ -n "$HOST_LINK" ]; then
  ip link del "$HOST_LINK" 2>/dev/null || true
  ip -n node link add nodes type bridge
  ip -n node addr add "$NODE_ADDRESS/24" dev nodes
  ip -n node link set nodes up
  ip link add "$HOST_LINK" type veth peer name host netns node
  ip -n node link set host master nodes up
  ip addr add "$HOST_ADDRESS/24" dev "$HOST_LINK"
  ip link set "$HOST_LINK" up
fi

exec env -i PATH="/run/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root \
  s6-svscan /run/node/services
