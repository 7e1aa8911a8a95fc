#!/bin/sh
# Prints the commit that this source is of, or nothing where that is unknown. `git archive` fills in the line below,
# so that a tarball knows it without git.
set -eu
archived='$Format:%H$'
[ -z "${STREAMGAUGE_COMMIT:-}" ] || { echo "$STREAMGAUGE_COMMIT"; exit; }
case $archived in
  *Format*) ;;
  *) echo "$archived" | cut -c 1-12; exit ;;
esac
cd "$(dirname "$0")/.."
# Not the commit of a repository that merely has this source in a folder.
[ -e .git ] || exit 0
commit=$(git rev-parse --short=12 HEAD 2>/dev/null) || exit 0
# Changes that are not committed, but for files that git doesn't know.
git diff --quiet HEAD -- 2>/dev/null || commit=$commit-changed
echo "$commit"
