#!/usr/bin/env bash
# Stands before rustc and has it count, for libFuzzer, which code runs and what is compared: in our own packages, with what they instantiate of
# others. All others are built as they always are: quickly, and fit for macros and build scripts, which have no libFuzzer to count for.
set -euo pipefail
rustc=$1
shift
instrumented=" pipeline server snap $FUZZ_TARGETS "
name=
for ((at = 1; at < $#; at++)); do
  if [ "${!at}" = --crate-name ]; then
    at=$((at + 1))
    name=${!at}
    break
  fi
done
case $instrumented in
  *" $name "*)
    exec "$rustc" "$@" --cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
      -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$rustc" "$@"
