#!/usr/bin/env bash
# Prints figures about the Rust code of a checkout: .ci/figures.sh [FOLDER]. It needs bash, awk, and git to list the files.
# It counts text, it does not parse: strings and comments are cut off line by line, and functions end at the brace that rustfmt puts below their start.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    mapfile -t files < <(git ls-files -- '*.rs')
else
    mapfile -t files < <(find . -name '*.rs' -not -path '*/target/*' | sort)
fi
# A file may be deleted and not yet staged.
present=()
for file in "${files[@]}"; do [[ -f $file ]] && present+=("$file"); done
[[ ${#present[@]} -gt 0 ]] || { echo "no Rust files in $PWD" >&2; exit 1; }

lengths=$(awk 'FNR == 1 && NR > 1 { print lines, name } { name = FILENAME; lines = FNR } END { print lines, name }' "${present[@]}" | sort -n)
awk '
{ length_of[NR] = $1; name[NR] = $2; sum += $1 }
function rank(share,    n) { n = int(NR * share); return length_of[n < NR * share ? n + 1 : n] }
END {
    printf "%-44s %d\n", "files", NR
    printf "%-44s %d\n", "lines", sum
    printf "%-44s %d\n", "lines a file, median", rank(0.5)
    printf "%-44s %d\n", "lines a file, 90th percentile", rank(0.9)
    printf "%-44s %d  %s\n", "lines a file, longest", length_of[NR], name[NR]
}' <<<"$lengths"

awk '
# The code of a line, without the contents of strings and without comments.
function code_of(line) {
    gsub(/\047"\047/, "\047\047", line)
    gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
    sub(/\/\/.*/, "", line)
    return line
}
# How many fields .0 to .3 of tuples a piece of code reads; numbers such as 1.0 and 0.25 are none.
function tuple_fields(code,    token, after, found) {
    found = 0
    while (match(code, /[A-Za-z0-9_)\]?]+\.[0-3]/)) {
        token = substr(code, RSTART, RLENGTH - 2)
        after = substr(code, RSTART + RLENGTH, 1)
        code = "x" substr(code, RSTART + RLENGTH)
        sub(/.*[)\]?]/, "", token)
        if (token !~ /^[0-9]/ && after !~ /[0-9A-Za-z_]/) found++
    }
    return found
}
function end_of_doc() { if (doc_lines == 1 && doc_words <= 3) short_docs++; doc_lines = 0; doc_words = 0 }
FNR == 1 { end_of_doc(); inside = 0 }
{
    lines++
    code = code_of($0)
    fields += tuple_fields(code)
    rest = code; closures += gsub(/\|it\|/, "", rest)
    if (code ~ /^[ ]*#!?\[path/) paths++
    if (code ~ /^ *pub ((async|const|unsafe|extern "") )*(fn|struct|enum|union|trait|type|const|static|mod|use) /) open++
    if (code ~ /^ *pub\(crate\) ((async|const|unsafe|extern "") )*(fn|struct|enum|union|trait|type|const|static|mod|use) /) crate++
}
/^ *\/\/[\/!]/ && !/^ *\/\/\/\// {
    text = $0; sub(/^ *\/\/[\/!] */, "", text)
    doc_lines++; doc_words += split(text, words, /[ \t]+/)
    next
}
{ end_of_doc() }
!inside && code ~ /^ *(pub(\([a-z:_ ]+\))? )?((async|const|unsafe|extern "") )*fn [A-Za-z_]/ {
    match($0, /^ */); indent = RLENGTH
    if (code ~ /(;|}) *$/) next
    inside = 1; started = FNR; match(code, /fn [A-Za-z0-9_]+/); fn = substr(code, RSTART + 3, RLENGTH - 3)
    next
}
inside {
    match($0, /^ */)
    if (RLENGTH != indent) next
    if (code ~ /^ *}[^A-Za-z]*$/) { inside = 0; size = FNR - started + 1; if (size > 70) { long++; list = list sprintf("    %4d  %s: %s\n", size, FILENAME, fn) } }
    else if (code ~ /; *$/) inside = 0
}
END {
    end_of_doc()
    printf "%-44s %d\n", "functions over 70 lines", long
    printf "%s", list
    printf "%-44s %.2f  (%d)\n", "closures |it| per thousand lines", 1000 * closures / lines, closures
    printf "%-44s %.2f  (%d)\n", "tuple fields .0 to .3 per thousand lines", 1000 * fields / lines, fields
    printf "%-44s %d\n", "items that are pub", open
    printf "%-44s %d\n", "items that are pub(crate)", crate
    printf "%-44s %d\n", "doc comments of three words or fewer", short_docs
    printf "%-44s %d\n", "#[path] attributes", paths
}' "${present[@]}"
