#!/usr/bin/env bash
# Makes what a release consists of for this machine's architecture: release.sh FOLDER. An archive with the binary, manual
# and completions; the Debian package, where dpkg-dev is there; the source; the SBOM; SHA256SUMS of all.
#
# BINARY: one that is built already. The same source, compiler and npm packages give the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:?expected a folder}")
mkdir -p "$out"
binary=${BINARY:-$(packaging/build.sh)}
version=$("$binary" --version | cut -d' ' -f2)
architecture=$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')
time=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.toml)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$time}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

name=streamgauge-$version-linux-$architecture
mkdir -p "$work/$name"/{man,completions}
install -m 755 "$binary" "$work/$name/streamgauge"
strip --strip-debug "$work/$name/streamgauge"
"$binary" manual "$work/$name/man"
for shell in bash zsh fish; do "$binary" completions $shell >"$work/$name/completions/streamgauge.$shell"; done
install -m 644 LICENSE README.md CHANGELOG.md packaging/systemd/streamgauge.service "$work/$name"
TARGET_TRIPLE=$(rustc -vV | sed -n 's/^host: //p') packaging/sbom.sh >"$out/streamgauge-$version-$architecture.cdx.json"
cp "$out/streamgauge-$version-$architecture.cdx.json" "$work/$name/sbom.cdx.json"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -c "$name" | gzip -9n >"$out/$name.tar.gz"

if command -v dpkg-shlibdeps >/dev/null; then packaging/deb/build.sh "$binary" "$out"; fi
if [ -e .git ]; then git archive --prefix="streamgauge-$version/" HEAD | gzip -9n >"$out/streamgauge-$version.tar.gz"; fi
cd "$out"
find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum >SHA256SUMS
cat SHA256SUMS
