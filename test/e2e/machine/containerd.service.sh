#!/bin/sh
# containerd as a service: `service containerd start|stop|restart|status`.
pidfile=/run/containerd.pid
start() {
  start-stop-daemon --start --oknodo --background --make-pidfile --pidfile $pidfile --output /var/log/containerd.log \
    --exec /usr/local/bin/containerd
}
stop() { start-stop-daemon --stop --oknodo --retry 10 --remove-pidfile --pidfile $pidfile; }
case $1 in
  start) start ;;
  stop) stop ;;
  restart) stop && start ;;
  status) start-stop-daemon --status --pidfile $pidfile ;;
  *) exit 2 ;;
esac
