#!/usr/bin/env bash
# Runs targets of the Makefile one after another, up to the first that fails, and prints how long each took.
set -uo pipefail
cd "$(dirname "$0")/.."
times='' code=0
for stage in "$@"; do
  begun=$SECONDS
  "${MAKE:-make}" --no-print-directory "$stage" || code=$?
  times+=$(printf '%-10s %5d s' "$stage" $((SECONDS - begun)))$([ $code -eq 0 ] || echo '  failed')$'\n'
  [ $code -eq 0 ] || break
done
printf '\n%s%-10s %5d s\n' "$times" 'all' $SECONDS
exit $code
