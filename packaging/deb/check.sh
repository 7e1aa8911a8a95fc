#!/usr/bin/env bash
# Installs a package in a Debian of its own, starts the program as the unit would, upgrades it from an older version with
# an older file, removes and purges it: check.sh BINARY [FOLDER]. As root; needs debootstrap, python3 and curl.
#
# SUITE, MIRROR: the Debian that is made, once, in FOLDER/root. OLD_BINARY: a binary of an earlier version; without it the
# older package has the same binary. systemd does not run in there: the unit's user, environment and command are read
# from it, and its file is judged by systemd-analyze.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${1:?expected the path of the binary}")
folder=$(realpath -m "${2:-$here/../../target/deb}")
root=$folder/root
unit=usr/lib/systemd/system/streamgauge.service
data=/var/lib/streamgauge
[ "$(id -u)" = 0 ] || { echo 'check.sh: expected root, for chroot' >&2; exit 1; }

say() { printf '\n== %s\n' "$*"; }
fail() { echo "check.sh: $*" >&2; exit 1; }
expect() { [ "$2" = "$3" ] || fail "$1: expected $2, found $3"; }
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }

# A command with the user and the environment that the unit gives, and no capability.
via=
as_unit() {
  local variables=()
  mapfile -t variables < <(sed -n 's/^Environment=//p' "$root/$unit"; grep -E '^[A-Z]' "$root/etc/default/streamgauge")
  local user group
  user=$(sed -n 's/^User=//p' "$root/$unit") group=$(sed -n 's/^Group=//p' "$root/$unit")
  $via chroot "$root" setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --bounding-set=-all \
    env -i PATH=/usr/bin "${variables[@]}" sh -c "umask 0077; cd $data; exec \"\$@\"" sh "$@"
}

server=
start() {
  local begun now
  begun=$(date +%s%N)
  # shellcheck disable=SC2046 # the words of the command
  (via='exec'; as_unit $(sed -n 's/^ExecStart=//p' "$root/$unit")) >"$folder/server.log" 2>&1 &
  server=$!
  until as_unit streamgauge healthcheck --ready >/dev/null 2>&1; do
    kill -0 $server 2>/dev/null || { cat "$folder/server.log" >&2; fail 'the server ended'; }
    now=$(date +%s%N)
    [ $((now - begun)) -lt 20000000000 ] || fail 'the server is not ready after 20 s'
  done
  echo "ready after $((($(date +%s%N) - begun) / 1000000)) ms, as user $(
    inside id -un "$(stat -c %u /proc/$server)"), $(
    awk '/^CapEff/ { print "capabilities " $2 } /^NoNewPrivs/ { print ", no new privileges " $2 }' ORS='' /proc/$server/status)"
}
stop() { kill $server; wait $server || fail "the server ended with $?"; server=; }

ended() {
  [ -z "$server" ] || kill -9 $server 2>/dev/null || true
  mountpoint -q "$root/proc" && umount "$root/proc"
  true
}
trap ended EXIT

mkdir -p "$folder"
if [ ! -x "$root/usr/bin/dpkg" ]; then
  say "a Debian in $root"
  debootstrap --variant=minbase --include=adduser,debconf,init-system-helpers,libgcc-s1 "${SUITE:-bookworm}" "$root" \
    "${MIRROR:-http://deb.debian.org/debian}" >"$folder/debootstrap.log"
fi
# Several tests may have left something.
inside dpkg --purge streamgauge >/dev/null 2>&1 || true
rm -rf "${root:?}$data" "$root"/packages
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mkdir "$root/packages"

say 'the packages'
new=$("$here/build.sh" "$binary" "$root/packages")
old=$(VERSION=0.0.1-1 NATIVE=$binary "$here/build.sh" "${OLD_BINARY:-$binary}" "$root/packages")
stat -c '%n %s bytes' "$old" "$new"
expect 'the same input gives the same package' "$(sha256sum <"$new")" "$(sha256sum <"$("$here/build.sh" "$binary" "$folder/again")")"
new=/packages/$(basename "$new") old=/packages/$(basename "$old")

say 'install the older one, with an older file'
inside dpkg -i $old
expect 'the folder' "streamgauge:streamgauge 700" "$(inside stat -c '%U:%G %a' $data)"
expect 'the binary' "root:root 755" "$(inside stat -c '%U:%G %a' /usr/bin/streamgauge)"
expect 'the settings' "root:root 640" "$(inside stat -c '%U:%G %a' /etc/default/streamgauge)"
[ -L "$root/etc/systemd/system/multi-user.target.wants/streamgauge.service" ] || fail 'the unit is not enabled'
port=$((20000 + $$ % 10000))
echo "PORT=$port" >>"$root/etc/default/streamgauge"
python3 "$here/old_file.py" "$here/../../server/migrations" 5 "$root$data/streamgauge.db"
inside chown -R streamgauge: $data
chmod 600 "$root$data"/*
start
url=$(as_unit streamgauge drain add from-an-old-file)
line='<134>1 2026-01-01T00:00:00Z host heroku router - at=info method=GET path="/" dyno=web.1 connect=1ms service=23ms status=200 bytes=5'
echo "$line" | as_unit env LOGS_URL="$url" streamgauge shuttle 2>/dev/null
stop
# Without how long ago the last line came.
apps() { as_unit streamgauge app list | sed 's/ *last line.*//'; }
before=$(apps)
grep -q from-an-old-file <<<"$before" || fail "the app of the old file is gone: $before"

say 'upgrade: settings, data and user stay'
number=$(inside id -u streamgauge)
inside dpkg -i $new
expect 'the setting' "PORT=$port" "$(grep ^PORT= "$root/etc/default/streamgauge")"
expect 'the user' "$number" "$(inside id -u streamgauge)"
start
expect 'the apps' "$before" "$(apps)"
lines=$(curl -fsS "http://127.0.0.1:$port/api/v1/apps/from-an-old-file/logs?from=0" || true)
grep -q 'service=23ms' <<<"$lines" || fail "the line is gone: $lines"
inside ls -ln $data

say 'a command of root beside it, and the server starts again'
inside env DATABASE_URL=sqlite://$data/streamgauge.db streamgauge drain add of-root >/dev/null
stop
inside env DATABASE_URL=sqlite://$data/streamgauge.db streamgauge drain add of-root-alone >/dev/null
start
as_unit streamgauge backup $data/backup.db
if command -v strace >/dev/null && command -v systemd-analyze >/dev/null; then
  say 'system calls beside the filter of the unit'
  stop
  as_unit true
  strace -f -qq -o "$folder/strace" -e trace=all -e signal=none \
    setpriv --reuid "$(inside id -u streamgauge)" --regid "$(inside id -g streamgauge)" --clear-groups \
    env DATABASE_URL="sqlite://$root$data/streamgauge.db" PORT=$port SYSLOG_PORT=$((port + 1)) "$binary" serve >/dev/null 2>&1 &
  server=$!
  until as_unit streamgauge healthcheck --ready >/dev/null 2>&1; do kill -0 $server || fail 'it does not start under strace'; done
  for path in / /apps/from-an-old-file /settings/server '/api/v1/apps/from-an-old-file/logs'; do
    curl -fsS -o /dev/null "http://127.0.0.1:$port$path"
  done
  echo "$line" | as_unit env LOGS_URL="$url" streamgauge shuttle 2>/dev/null
  pkill -TERM -P $server || true
  wait $server || true
  server=
  allowed() { systemd-analyze --no-pager syscall-filter "$@" | sed -n 's/^  *\([a-z0-9_]*\)$/\1/p'; }
  named() { systemd-analyze --no-pager syscall-filter "$1" | sed -n 's/^  *\(@[a-z-]*\)$/\1/p'; }
  all() { allowed "$1"; for set in $(named "$1"); do all "$set"; done; }
  comm -23 <(all @system-service | sort -u) <({ all @privileged; all @resources; } | sort -u) >"$folder/allowed"
  sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$folder/strace" | sort -u >"$folder/called"
  # What starts a process runs before systemd sets the filter.
  refused=$(comm -23 "$folder/called" "$folder/allowed" | grep -vxE 'capset|execve|set(res)?[ug]id|setgroups' || true)
  expect "of $(wc -l <"$folder/called") calls the filter refuses" '' "$refused"
  echo "$(wc -l <"$folder/called") calls, all of them allowed"
  start
fi

say 'remove: data, settings and user stay'
stop
inside dpkg -r streamgauge
[ ! -e "$root/usr/bin/streamgauge" ] || fail 'the binary is still there'
[ -s "$root$data/streamgauge.db" ] && [ -e "$root/etc/default/streamgauge" ] || fail 'data or settings are gone'
inside dpkg -i $new >/dev/null
start
expect 'the apps' 3 "$(as_unit streamgauge app list --json | wc -l)"
stop

say 'purge: without an answer the data stays'
inside dpkg --purge streamgauge
[ -s "$root$data/streamgauge.db" ] && [ ! -e "$root/etc/default/streamgauge" ] || fail 'data is gone, or settings are there'
inside dpkg -i $new >/dev/null

say 'purge: whoever has a terminal is asked'
asked=$(echo no | script -qec "chroot $root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  DEBIAN_FRONTEND=teletype dpkg --purge streamgauge" /dev/null)
grep -q 'Remove all metrics, log lines and settings' <<<"$asked" || fail "nobody was asked: $asked"
[ -s "$root$data/streamgauge.db" ] || fail 'the data is gone after a no'
inside dpkg -i $new >/dev/null

say 'purge: with the answer yes'
inside sh -c 'echo "streamgauge streamgauge/remove-data boolean true" | debconf-set-selections'
inside dpkg --purge streamgauge
[ ! -e "$root$data" ] || fail 'the data is still there'
left=$(find "$root/etc" "$root/usr" "$root/var/lib" -name '*streamgauge*' | sed "s|$root||")
expect 'what is left' '' "$left"

if command -v systemd-analyze >/dev/null; then
  say 'the unit'
  install -D -m 755 "$binary" "$folder/unit/usr/bin/streamgauge"
  install -D -m 644 "$here/../systemd/streamgauge.service" "$folder/unit/$unit"
  sed "s|^ExecStart=/usr/bin|ExecStart=$folder/unit/usr/bin|; /^Documentation/d" "$folder/unit/$unit" >"$folder/unit/streamgauge.service"
  systemd-analyze verify "$folder/unit/streamgauge.service"
  systemd-analyze security --offline=yes --threshold=20 "$folder/unit/streamgauge.service" | tail -1
fi
if command -v lintian >/dev/null; then
  say 'lintian'
  lintian --allow-root --fail-on error,warning "$root$new"
fi
say 'all of it works'
