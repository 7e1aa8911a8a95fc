#!/usr/bin/env bash
# Fuzzes each target for so many seconds (60 unless told otherwise), or the one that is named, from the kept cases on; what is found stays in
# corpus/, what broke a target in artifacts/. `run.sh keep` adds a small covering set to the cases. The cases' form: cases.sh.
# Needs a C++ compiler for libFuzzer, and no other Rust than the project's: see instrument.sh.
# Pure parts of the pipeline are here; receivers are in server/fuzz, whose run.sh calls this one.
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
command -v c++ >/dev/null || { echo "fuzz: a C++ compiler is missing, which builds libFuzzer: install g++ or clang" >&2; exit 1; }
cd "${FUZZ:-$scripts}"
targets=$(cd targets && ls | sed 's/\.rs$//')
export FUZZ_TARGETS=${targets//$'\n'/ } RUSTC_WRAPPER=$scripts/instrument.sh
cargo build --bins
built=${CARGO_TARGET_DIR:-target}/debug
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT

# The first folder is where libFuzzer keeps what it finds.
fuzz() {
  local target=$1
  shift
  mkdir -p "corpus/$target" "artifacts/$target"
  "$scripts/cases.sh" unpack "$target" "$unpacked/$target"
  "$built/$target" "$@" "corpus/$target" "$unpacked/$target" -artifact_prefix="artifacts/$target/" -rss_limit_mb=2048
}

if [ "${1:-}" = keep ]; then
  for target in $targets; do
    kept=$unpacked/kept-$target
    mkdir -p "$kept"
    # Cases of 2 KB and less, so that the set stays small.
    fuzz "$target" "$kept" -merge=1 -max_len=2048
    mapfile -t files < <(find "$kept" -type f | sort | head -n 80)
    [ ${#files[@]} -eq 0 ] || "$scripts/cases.sh" add "$target" "${files[@]}"
  done
  exit
fi
broken=()
for target in ${2:-$targets}; do
  echo "== $target"
  fuzz "$target" -max_total_time="${1:-60}" -max_len=65536 -timeout=5 -report_slow_units=1 -print_final_stats=1 || broken+=("$target")
done
[ ${#broken[@]} -eq 0 ] || { echo "fuzz: broken: ${broken[*]}; what broke them is in $PWD/artifacts" >&2; exit 1; }
