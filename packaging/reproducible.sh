#!/usr/bin/env bash
# Builds the binary twice, in two folders with two target folders, and compares them: reproducible.sh [FOLDER]. Takes as
# long as two builds from nothing.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
folder=$(realpath -m "${1:-$here/target/reproducible}")
rm -rf "$folder"
for copy in one a-longer-name; do
  mkdir -p "$folder/$copy"
  git -C "$here" archive HEAD | tar -x -C "$folder/$copy"
  (cd "$folder/$copy" && unset CARGO_TARGET_DIR && packaging/build.sh) >"$folder/$copy.path"
  sha256sum "$(cat "$folder/$copy.path")"
done
cmp "$(cat "$folder/one.path")" "$(cat "$folder/a-longer-name.path")"
grep -aqF "$folder" "$(cat "$folder/one.path")" && { echo 'reproducible.sh: the folder stands in the binary' >&2; exit 1; }
echo 'both are the same'
