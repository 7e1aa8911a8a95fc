#!/usr/bin/env bash
# Makes the container image, and starts it as its configuration says, in a folder that has its files and no others:
# check.sh BINARY [FOLDER]. As root; needs buildah. No engine is needed: the program runs in a chroot with a read-only
# root, as the image's user, without capabilities.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${1:?expected the path of the binary}")
folder=$(realpath -m "${2:-$here/../../target/image-check}")
[ "$(id -u)" = 0 ] || { echo 'check.sh: expected root, for chroot' >&2; exit 1; }
say() { printf '\n== %s\n' "$*"; }
fail() { echo "check.sh: $*" >&2; exit 1; }
expect() { [ "$2" = "$3" ] || fail "$1: expected $2, found $3"; }

mkdir -p "$folder"
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$folder/storage" "$folder/run" >"$folder/storage.conf"
export CONTAINERS_STORAGE_CONF=$folder/storage.conf

say 'the image'
TOOL=buildah "$here/build.sh" "$binary" streamgauge-check >"$folder/build.log" 2>&1 ||
  { cat "$folder/build.log" >&2; exit 1; }
container=$(buildah from streamgauge-check)
files=$(buildah mount "$container")
config() { buildah inspect --type image --format "$1" streamgauge-check; }
expect 'the user' 10001:10001 "$(config '{{.Docker.Config.User}}')"
expect 'the health check' '[CMD streamgauge healthcheck]' "$(config '{{.Docker.Config.Healthcheck.Test}}')"
expect 'the title' Streamgauge "$(config '{{index .Docker.Config.Labels "org.opencontainers.image.title"}}')"
expect 'the owner of /data' 10001:10001 "$(stat -c %u:%g "$files/data")"
(cd "$files" && find . -type f -printf '%s %M %P\n' | sort -k3)
du -sb "$files" | awk '{ print $1 " bytes in all" }'

server=
ended() {
  [ -z "$server" ] || kill -9 $server 2>/dev/null || true
  for at in root/data root/proc root; do mountpoint -q "$folder/$at" && umount "$folder/$at"; done
  buildah rm "$container" >/dev/null
}
trap ended EXIT
# The root read-only, /data a volume.
mkdir -p "$folder"/{root,data}
rm -rf "${folder:?}"/data/*
mount --bind "$files" "$folder/root" && mount -o remount,ro,bind "$folder/root"
mount --bind "$folder/data" "$folder/root/data"

port=$((20000 + $$ % 10000))
mapfile -t variables < <(config '{{range .Docker.Config.Env}}{{println .}}{{end}}' | grep '=')
via=
run() {
  # chroot(1) of this machine gives up root before the first program of the image starts.
  $via env -i "${variables[@]}" PORT=$port ADMIN_PASSWORD=correct-horse-battery \
    "$(type -P setpriv)" --inh-caps=-all --bounding-set=-all,+sys_chroot,+setuid,+setgid --no-new-privs \
    "$(type -P chroot)" --userspec=10001:10001 --groups=10001 "$folder/root" "$@"
}
start() {
  local begun
  begun=$(date +%s%N)
  (via='exec'; run /usr/local/bin/streamgauge serve) >"$folder/server.log" 2>&1 &
  server=$!
  until run /usr/local/bin/streamgauge healthcheck >/dev/null 2>&1; do
    kill -0 $server 2>/dev/null || { cat "$folder/server.log" >&2; fail 'the server ended'; }
  done
  echo "healthy after $((($(date +%s%N) - begun) / 1000000)) ms, as user $(stat -c %u /proc/$server)"
}

say 'a volume that belongs to root'
chown 0:0 "$folder/data"; chmod 755 "$folder/data"
said=$(run /usr/local/bin/streamgauge serve 2>&1) && fail 'it started'
echo "$said"
grep -q 'this mends it.*chown 10001 /data' <<<"$said" || fail 'it does not say what mends that'

say 'after that command'
chown 10001 "$folder/data"
start
url=$(run /usr/local/bin/streamgauge drain add checkout --url http://127.0.0.1:$port)
line='<134>1 2026-01-01T00:00:00Z host heroku router - at=info method=GET path="/" dyno=web.1 connect=1ms service=23ms status=200 bytes=5'
echo "$line" | run /usr/local/bin/streamgauge shuttle --logs-url "$url" 2>/dev/null
run /usr/local/bin/streamgauge healthcheck --ready
kill $server; wait $server || fail "the server ended with $?"
server=
start
run /usr/local/bin/streamgauge app list
kill $server; wait $server || fail "the server ended with $?"
server=
run /usr/local/bin/streamgauge healthcheck 2>/dev/null && fail 'a server that is gone is healthy'
say 'all of it works'
