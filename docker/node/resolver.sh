#!/bin/sh
# Answers names of the outside world at ADDRESS and PORT: asks the name servers that this machine has at the moment.
# Started in the host's mounts and network as: sh resolver.sh COREDNS ADDRESS PORT
set -u

# Whether CoreDNS takes it for an address: one that it does not take would keep it from asking the others.
is_address() {
  case "${1%%%*}" in
    *[!0-9a-fA-F.:]* | '') return 1 ;;
    *:*) return 0 ;;
    *[!0-9.]* | *.*.*.*.* | .* | *. | *..*) return 1 ;;
    *.*.*.*) ;;
    *) return 1 ;;
  esac
  for octet in $(echo "$1" | tr . ' '); do
    case "$octet" in 0?* | ????*) return 1 ;; esac
    [ "$octet" -le 255 ] || return 1
  done
}

# As many as the C library asks; without any it asks this machine. https://man7.org/linux/man-pages/man5/resolv.conf.5.html
# A file that was written on Windows has carriage returns.
servers() {
  found=
  count=0
  while read -r word address _ || [ -n "$word" ]; do
    [ "$word" = nameserver ] && [ $count -lt 3 ] || continue
    is_address "$address" || continue
    found="$found $address"
    count=$((count + 1))
  done <<END
$(tr -d '\r' < /etc/resolv.conf)
END
  echo "${found:- 127.0.0.1}"
}

asked=
pid=
trap '[ -z "$pid" ] || kill "$pid"; exit' TERM
while :; do
  now=$(servers 2>/dev/null)
  if [ "$now" != "$asked" ]; then
    [ -z "$pid" ] || { kill "$pid"; wait "$pid"; }
    asked=$now
    echo "asking$now"
    "$1" -conf stdin <<END &
.:$3 {
  bind $2
  errors
  forward .$now {
    policy sequential
    failover SERVFAIL REFUSED
    prefer_udp
  }
}
END
    pid=$!
  fi
  kill -0 "$pid" || exit 1
  sleep 2 &
  wait $!
done
