#!/usr/bin/env bash
# Runs the benchmarks and keeps what they print, with the date, the processor and the commit, in server/benches/results/.
# With `history`, a year of history is made and asked instead; with `mixes`, only the mixes and the many apps; with `at-rest`, only searches of ten gigabytes. Where valgrind is installed, instructions are counted too: of two readings less those of one.
set -euo pipefail
cd "$(dirname "$0")/.."
results=server/benches/results
mkdir -p $results
out=$results/$(date -u +%F)${1:+-$1}.txt
# What was seen is kept, also where it is not what was asked for.
trap 'mv "$out.part" "$out"; echo "kept in $out"' EXIT
{
  echo "commit: $(git rev-parse --short HEAD)$(git diff --quiet HEAD -- server Cargo.toml || echo ' with changes')"
  echo "machine: $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) cores"
  echo "compiler: $(rustc --version)"
} > "$out.part"
say() { printf '\n== %s\n' "$*" | tee -a "$out.part"; }
# A benchmark of the server, and what it is.
of_server() {
  say "$2"
  cargo bench --quiet --package server --bench "$1" --features embed | tee -a "$out.part"
}
mixes() {
  of_server mixes "mixes: ten kinds of traffic that nothing was tuned to, beside awk and wc"
  if [ -z "${MIX:-}" ]; then
    of_server apps "apps: 1,000 apps, a batch of 20 lines a second each"
  fi
}

if [ "${1:-}" = history ]; then
  of_server history "history: 500 series over 400 days (some GB of disk, a minute or two)"
  of_server large "large: a file of five gigabytes, and clean-up beside the drain"
  of_server memory "memory: 1,000 series, 50,000 lines/s, eleven minutes"
  exit
fi
if [ "${1:-}" = at-rest ]; then
  of_server at_rest "at rest: searches and histograms over ten gigabytes of lines, beside rg"
  exit
fi
if [ "${1:-}" = mixes ]; then
  mixes
  exit
fi
say "pipeline: bodies become deltas, one core"
cargo bench --quiet --package pipeline --bench reduce | tee -a "$out.part"
cargo bench --quiet --package pipeline --bench mask | tee -a "$out.part"
if command -v valgrind >/dev/null; then
  bench=$(cargo bench --package pipeline --bench reduce --no-run --message-format=json 2>/dev/null |
    sed -n 's/.*"name":"reduce".*"executable":"\([^"]*\)".*/\1/p' | tail -1)
  count() {
    valgrind --tool=cachegrind --cache-sim=no --cachegrind-out-file=/dev/null "$bench" --once "$1" 2>&1 |
      awk '/I *refs:/ { gsub(",", "", $NF); print $NF }'
  }
  lines=$("$bench" --once 1 | awk '{ print $2 }')
  echo "instructions per line (mixed): $(( ($(count 9) - $(count 8)) / lines ))" | tee -a "$out.part"
fi
say "sketch: ours and two others"
cargo bench --quiet --package pipeline --bench sketch | tee -a "$out.part"
say "accuracy: worst relative error of percentiles against exact ones"
cargo bench --quiet --package pipeline --bench accuracy | tee -a "$out.part"
of_server ingest "server: HTTP to SQLite, 4 connections, 80 % router lines"
of_server dialects "dialects: each beside the router's lines, and OTLP, HTTP to SQLite"
of_server datagrams "datagrams: statsd and syslog over UDP, 50,000 a second"
of_server remote_write "remote write: 98,000 series to a Prometheus, three minutes"
of_server search "search: a gigabyte of raw lines"
mixes
of_server peers "tools side by side on one file"
if [ -x end2end/node_modules/.bin/playwright ]; then
  say "drawing: redraws of a chart in the browser, ours and uPlot's"
  .ci/draw.sh | grep -E 'ours|passed|failed' | tee -a "$out.part"
fi
