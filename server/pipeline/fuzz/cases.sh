#!/usr/bin/env bash
# Reads and writes the kept cases. Each target has one file, cases/TARGET.cases; each line is one case: its name, a space, its bytes.
# Bytes from space to ~ stand for themselves, but for \ as \\; the others are \n, \r, \t, or \x and two hexadecimal digits.
#
#   cases.sh unpack TARGET FOLDER    writes each case as a file, as libFuzzer wants them
#   cases.sh add TARGET FILE...      adds files whose bytes are no case yet
#   cases.sh show TARGET NAME        prints the bytes of one case
#
# The targets are those of the folder in which it is called: here, or server/fuzz.
set -euo pipefail
usage() { sed -n '2,$ { /^#/!q; s/^# \{0,1\}//p }' "$0" >&2; exit 1; }
[ $# -ge 3 ] || usage
action=$1 cases=$PWD/cases/$2.cases
shift 2
[ -f "$cases" ] || { echo "no target ${cases##*/}: expected one of $(cd cases && echo *.cases)" >&2; exit 1; }

# Bytes on stdin as text of one line.
escape() {
  od -An -v -tu1 | awk '{
    for (i = 1; i <= NF; i++) {
      if ($i == 92) printf "\\\\"
      else if ($i == 10) printf "\\n"
      else if ($i == 13) printf "\\r"
      else if ($i == 9) printf "\\t"
      else if ($i >= 32 && $i < 127) printf "%c", $i
      else printf "\\x%02x", $i
    }
  }'
}

case $action in
  unpack)
    mkdir -p "$1"
    while IFS= read -r line; do printf '%b' "${line#* }" > "$1/${line%% *}"; done < "$cases"
    ;;
  add)
    for file in "$@"; do
      text=$(escape < "$file")
      # awk reads the text from the environment: as an argument it would lose its backslashes.
      if TEXT=$text awk '{ if (substr($0, index($0, " ") + 1) == ENVIRON["TEXT"]) found = 1 } END { exit !found }' "$cases"; then
        echo "$file is a case already"
        continue
      fi
      name=$(sha1sum < "$file"); name=${name:0:16}
      printf '%s %s\n' "$name" "$text" >> "$cases"
      echo "$name"
    done
    LC_ALL=C sort -o "$cases" "$cases"
    ;;
  show)
    line=$(grep -m 1 "^$1 " "$cases") || { echo "no case $1 in ${cases##*/}" >&2; exit 1; }
    printf '%b' "${line#* }"
    ;;
  *) usage ;;
esac
