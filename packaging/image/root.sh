#!/usr/bin/env bash
# Lays out every file of the container image in FOLDER/root, and its empty FOLDER/data: root.sh BINARY FOLDER. There is
# no shell, no package and no certificate in it: the binary carries the web's authorities and the time zones.
#
# CC: the compiler of the binary's architecture, which knows where its libraries are.
set -euo pipefail
binary=${1:?expected the path of the binary} out=${2:?expected a folder} cc=${CC:-cc}
user=10001

root=$out/root
[ ! -e "$out" ] || { echo "root.sh: $out exists: expected a new folder" >&2; exit 1; }
mkdir -p "$root"/{etc,lib,usr/local/bin} "$out/data"
install -m 755 "$binary" "$root/usr/local/bin/streamgauge"

# The libraries that it names, and those that these name. The loader stands where the binary asks for it.
add() {
  local name file
  for name in $(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
    [[ $name == ld-linux* || -e $root/lib/$name ]] && continue
    file=$($cc -print-file-name="$name")
    [ -f "$file" ] || { echo "root.sh: $name of $1 was not found" >&2; exit 1; }
    install -m 644 "$file" "$root/lib/$name"
    add "$file"
  done
}
add "$binary"
loader=$(readelf -l "$binary" | sed -n 's/.*program interpreter: \(.*\)\]/\1/p')
install -D -m 755 "$($cc -print-file-name="$(basename "$loader")")" "$root$loader"

echo "streamgauge:x:$user:$user::/data:/sbin/nologin" >"$root/etc/passwd"
echo "streamgauge:x:$user:" >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
chmod 644 "$root"/etc/*
