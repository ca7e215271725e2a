#!/bin/sh
# First process of a node: gives it private mounts and its own network, then supervises its programs.
# Started as: afresh.sh unshare --mount --pid --uts --ipc --fork --mount-proc --propagation private sh init.sh NODE_FOLDER
# with the host's mounts, /proc/self/ns/mnt of a process outside, at descriptor 9.
# Settings come from NODE_FOLDER/config/node.env.
set -eu
node=$1
# What it says from here on is about this life of the node.
: > "$node/logs/init.log"
. "$node/config/node.env"

cgroups=/sys/fs/cgroup
# shellcheck source=docker/node/cgroup.sh
. "${0%/*}/cgroup.sh"

# The node's folders at the usual places; what programs write elsewhere is in memory and ends with the node.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/node /run/bin /run/netns /run/lock /run/etc
# What needs the host's mounts enters those of this process. No other program may hold a way out of the node.
nsenter --mount=/proc/self/fd/9 -- sleep infinity &
echo $! > /run/host-process
exec 9<&-
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
# Only the resolver file differs from the host's. A mount over the host's own would go as soon as the host replaces that.
mount --rbind /etc /run/etc
mount -t tmpfs -o mode=755 tmpfs /etc
find /run/etc -mindepth 1 -maxdepth 1 ! -type l -exec ln -s -t /etc {} +
find /run/etc -mindepth 1 -maxdepth 1 -type l -exec cp -P -t /etc {} +
ln -sf /run/node/config/resolv.conf /etc/resolv.conf
mount --make-rshared /
hostname "$NODE_NAME"

# The node's network. The first node holds the bridge that host and other nodes are plugged into.
ip netns add node
ip -n node link set lo up
ip netns exec node sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
# IPv4 alone: by link-local addresses a pod would reach its node past all rules.
for links in all default; do
  ip netns exec node sh -c '[ ! -e "$0" ] || echo 1 > "$0"' "/proc/sys/net/ipv6/conf/$links/disable_ipv6"
done
ip netns exec node iptables -t nat -A POSTROUTING -o outside -j MASQUERADE

# The way out, whose other end slirp4netns takes. Names are asked of the resolver on the host, by the way out as well:
# a firewall of the host may let nobody in through the link.
ip -n node tuntap add dev outside mode tap
ip -n node addr add "$OUTSIDE_ADDRESS/24" dev outside
ip -n node link set outside mtu 65520 up
ip -n node route add default via "$OUTSIDE_GATEWAY"
ip -n node route add "$RESOLVER_ADDRESS" via "$OUTSIDE_GATEWAY"
for protocol in udp tcp; do
  for chain in PREROUTING OUTPUT; do
    ip netns exec node iptables -t nat -A $chain -d "$OUTSIDE_DNS" -p $protocol --dport 53 \
      -j DNAT --to-destination "$RESOLVER_ADDRESS:$RESOLVER_PORT"
  done
done

# What is meant for the cluster does not leave by the way out: addresses that no pod has, and services that are not there,
# which kube-proxy has not turned into pods by the time these rules are asked.
ip -n node route add blackhole "$POD_SUBNET"
for chain in FORWARD OUTPUT; do
  ip netns exec node iptables -A $chain -d "$SERVICE_SUBNET" -j REJECT
done
# The cloud that this machine may be in hands out its keys at a link-local address; name servers may have one as well.
for protocol in udp tcp; do
  ip netns exec node iptables -A FORWARD -s "$POD_SUBNET" -d 169.254.0.0/16 -p $protocol --dport 53 -j RETURN
done
ip netns exec node iptables -A FORWARD -s "$POD_SUBNET" -d 169.254.0.0/16 -j DROP

# From here on no connection of a pod begins without the word of kube-network-policies, which finds its account where a
# pod has one.
if [ -n "$NETWORK_POLICIES" ]; then
  ip netns exec node iptables-restore --noflush < "$NETWORK_POLICIES"
  account=/run/secrets/kubernetes.io/serviceaccount
  mkdir -p $account
  ln -s /run/node/pki/ca.crt $account/ca.crt
  ln -s /run/node/pki/network-policies.token $account/token
fi

if [ -n "$HOST_LINK" ]; then
  ip link del "$HOST_LINK" 2>/dev/null || true
  ip -n node link add nodes type bridge
  ip -n node addr add "$NODE_ADDRESS/24" dev nodes
  ip -n node link set nodes up
  ip link add "$HOST_LINK" type veth peer name host netns node
  ip -n node link set host master nodes up
  ip addr add "$HOST_ADDRESS/24" dev "$HOST_LINK"
  ip addr add "$RESOLVER_ADDRESS/32" dev "$HOST_LINK"
  ip link set "$HOST_LINK" up
fi

exec env -i PATH="/run/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root \
  s6-svscan /run/node/services
