#!/bin/bash
# Whether a daemon is ready: a master leads, a worker is registered at one. The JSON of its pages says so.
set -euo pipefail

case "$1" in
  master) sign='"status" *: *"ALIVE"' ;;
  worker) sign='"masterwebuiurl" *: *"http' ;;
esac
exec 3<>"/dev/tcp/127.0.0.1/$PAGES_PORT"
printf 'GET /json/ HTTP/1.0\r\n\r\n' >&3
grep --quiet "$sign" <&3
