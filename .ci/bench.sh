#!/usr/bin/env bash
# Runs the benchmarks and keeps what they print, with the date, the processor and the commit, in server/pipeline/benches/results/.
set -euo pipefail
cd "$(dirname "$0")/.."
results=server/pipeline/benches/results
mkdir -p $results
out=$results/$(date -u +%F).txt
{
  echo "commit: $(git rev-parse --short HEAD)$(git diff --quiet HEAD -- server Cargo.toml || echo ' with changes')"
  echo "machine: $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) cores"
  echo "compiler: $(rustc --version)"
} > "$out.part"
cargo bench --quiet --package pipeline "$@" | tee -a "$out.part"
mv "$out.part" "$out"
echo "kept in $out"
