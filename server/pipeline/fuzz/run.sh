#!/usr/bin/env bash
# Fuzzes each target for so many seconds (60 unless told otherwise), from the kept cases on; what is found stays in corpus/, crashes in
# artifacts/. `run.sh keep` puts a small covering set back into cases/. Needs a nightly compiler and cargo-fuzz.
set -euo pipefail
cd "$(dirname "$0")"
targets="frames syslog logfmt values masks bodies"
if [ "${1:-}" = keep ]; then
  for target in $targets; do
    rm -rf "kept/$target" && mkdir -p "kept/$target"
    # Cases of 2 KB and less, so that the set stays small.
    cargo +nightly fuzz run "$target" --sanitizer none "kept/$target" "corpus/$target" "cases/$target" -- -merge=1 -max_len=2048
    ls "kept/$target" | sort | head -n 80 | while read -r name; do cp -n "kept/$target/$name" "cases/$target/${name:0:16}"; done
  done
  rm -rf kept
  exit
fi
for target in ${2:-$targets}; do
  mkdir -p "corpus/$target"
  cargo +nightly fuzz run "$target" --sanitizer none "corpus/$target" "cases/$target" -- \
    -max_total_time="${1:-60}" -max_len=16384 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1
done
