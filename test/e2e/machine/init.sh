#!/bin/sh
# First process of a machine: a Debian that looks like the host, but writes, listens and runs apart from it.
# init.sh FOLDER CGROUP BINARIES KEEP...
#   FOLDER    everything it writes is below here; inside, this is /run/machine
#   BINARIES  where containerd and coredns are
#   KEEP      folders that are seen inside unchanged, though they may be in /tmp
set -eu
folder=$1
cgroup=$2
binaries=$3
here=$(dirname "$(readlink -f "$0")")
shift 2
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/machine /run/cgroups /run/keep
mount --bind "$folder" /run/machine
ln -s "$binaries" /run/binaries
cp "$here"/containerd.toml "$here"/containerd.service.sh "$here"/*.Corefile /run/

# The cgroup of this machine is all that it sees of cgroups.
if [ -f /sys/fs/cgroup/cgroup.procs ]; then
  mount --bind "/sys/fs/cgroup/$cgroup" /run/cgroups
  mkdir -p /run/cgroups/init
  echo 1 > /run/cgroups/init/cgroup.procs
  for controller in $(cat /run/cgroups/cgroup.controllers); do
    echo "+$controller" > /run/cgroups/cgroup.subtree_control || true
  done
else
  mount -t tmpfs -o mode=755 tmpfs /run/cgroups
  find /sys/fs/cgroup -maxdepth 1 -type l -exec cp --no-dereference {} /run/cgroups/ \;
  for hierarchy in /sys/fs/cgroup/*/; do
    [ -d "$hierarchy$cgroup" ] && [ ! -L "${hierarchy%/}" ] || continue
    mkdir "/run/cgroups/$(basename "$hierarchy")"
    mount --bind "$hierarchy$cgroup" "/run/cgroups/$(basename "$hierarchy")"
    echo 1 > "$hierarchy$cgroup/init/cgroup.procs"
  done
fi
umount --recursive --lazy /sys
mount -t sysfs sysfs /sys
mount --rbind /run/cgroups /sys/fs/cgroup
umount --recursive --lazy /run/cgroups

# What it writes. The images of containers are layers of layers, which an overlay cannot hold: those are plain folders.
for top in etc usr opt var; do
  mkdir -p "/run/machine/written/$top" "/run/machine/work/$top"
  mount -t overlay -o "lowerdir=/$top,upperdir=/run/machine/written/$top,workdir=/run/machine/work/$top" overlay "/$top"
done
for state in var/lib/containerd var/lib/kubelet var/log/pods; do
  mkdir -p "/run/machine/state/$state" "/$state"
  mount --bind "/run/machine/state/$state" "/$state"
done
number=0
for keep in "$@"; do
  number=$((number + 1))
  mkdir "/run/keep/$number"
  mount --bind "$keep" "/run/keep/$number"
done
mkdir -p /run/machine/tmp /run/machine/home
chmod 1777 /run/machine/tmp
mount --bind /run/machine/tmp /tmp
number=0
for keep in "$@"; do
  number=$((number + 1))
  case $keep in /tmp/*) mkdir -p "$keep" && mount --bind "/run/keep/$number" "$keep" ;; esac
  umount "/run/keep/$number"
done
mount --make-rshared /

# Its network: one link to a neighbour that answers DNS and says at once that everything else cannot be reached.
hostname minikube
printf '127.0.0.1 localhost\n203.0.113.2 minikube\n' > /etc/hosts
rm -f /etc/resolv.conf
echo 'nameserver 203.0.113.1' > /etc/resolv.conf
ip link set lo up
mkdir -p /run/netns
ip netns add neighbour
ip link add eth0 type veth peer name near netns neighbour
ip addr add 203.0.113.2/24 dev eth0
ip link set eth0 up
ip route add default via 203.0.113.1
ip -n neighbour link set lo up
ip -n neighbour addr add 203.0.113.1/24 dev near
ip -n neighbour link set near up
ip -n neighbour route add unreachable default
ip netns exec neighbour sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ip netns exec neighbour /run/binaries/coredns -conf /run/neighbour.Corefile > /run/neighbour.log 2>&1 &

# containerd is a service, without systemd: minikube then takes the scripts in /etc/init.d.
rm -f /usr/bin/systemctl /bin/systemctl
for program in containerd containerd-shim-runc-v2 ctr; do ln -sf "/run/binaries/$program" /usr/local/bin/; done
mkdir -p /etc/cni/net.d /etc/containerd
cp /run/containerd.toml /etc/containerd/config.toml
cp /run/containerd.service.sh /etc/init.d/containerd
chmod 755 /etc/init.d/containerd
service containerd start
timeout 30 sh -c 'until ctr version > /dev/null 2>&1; do sleep 0.1; done'

touch /run/machine/ready
exec tini-static -- sleep infinity
