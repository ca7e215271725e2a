#!/bin/sh
# git with its own libraries: those of the image may be others, or missing.
export GIT_EXEC_PATH=/opt/git/core GIT_TEMPLATE_DIR=
exec /opt/git/lib/ld.so --library-path /opt/git/lib /opt/git/lib/git "$@"
