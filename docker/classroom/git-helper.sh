#!/bin/sh
# Each command that git calls by its own name, such as git-remote-https or git-upload-pack, is a copy of this.
case "${0##*/}" in
git-remote-*) exec /opt/git/lib/ld.so --library-path /opt/git/lib /opt/git/lib/git-remote-http "$@" ;;
*) exec git "${0##*/git-}" "$@" ;;
esac
