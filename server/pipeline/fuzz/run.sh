#!/usr/bin/env bash
# Fuzzes each target for so many seconds (60 unless told otherwise), from the kept cases on; what is found stays in corpus/, crashes in
# artifacts/. `run.sh keep` adds a small covering set to the cases. Needs a nightly compiler and cargo-fuzz. The cases' form: cases.sh.
# Pure parts of the pipeline are here; receivers are in server/fuzz, whose run.sh calls this one.
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
cd "${FUZZ:-$scripts}"
targets=$(cd targets && ls | sed 's/\.rs$//')
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
if [ "${1:-}" = keep ]; then
  for target in $targets; do
    "$scripts/cases.sh" unpack "$target" "$unpacked/$target"
    kept=$unpacked/kept-$target
    mkdir -p "$kept" "corpus/$target"
    # Cases of 2 KB and less, so that the set stays small.
    cargo +nightly fuzz run "$target" --sanitizer none "$kept" "corpus/$target" "$unpacked/$target" -- -merge=1 -max_len=2048
    mapfile -t files < <(find "$kept" -type f | sort | head -n 80)
    [ ${#files[@]} -eq 0 ] || "$scripts/cases.sh" add "$target" "${files[@]}"
  done
  exit
fi
for target in ${2:-$targets}; do
  mkdir -p "corpus/$target"
  "$scripts/cases.sh" unpack "$target" "$unpacked/$target"
  cargo +nightly fuzz run "$target" --sanitizer none "corpus/$target" "$unpacked/$target" -- \
    -max_total_time="${1:-60}" -max_len=16384 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1
done
