# Runs a command in a container as runtimes make them: a root of its own that goes with it, and only what is mounted into it.
# sh container.sh BOX FROM:TO… -- COMMAND…, under `unshare --map-root-user --mount`. BOX is an empty folder.
set -eu
box=$1
shift
mount -t tmpfs tmpfs "$box"
for each in bin sbin lib lib64 usr; do
  if [ -L "/$each" ]; then
    cp -P "/$each" "$box/$each"
  elif [ -d "/$each" ]; then
    mkdir "$box/$each"
    mount --rbind "/$each" "$box/$each"
  fi
done
for each in proc sys dev; do
  mkdir "$box/$each"
  mount --rbind "/$each" "$box/$each"
done
mkdir "$box/tmp" "$box/etc"
touch "$box/.dockerenv"
while [ "$1" != -- ]; do
  to="$box${1#*:}"
  mkdir -p "$to"
  mount --rbind "${1%%:*}" "$to"
  shift
done
shift
exec chroot "$box" "$@"
