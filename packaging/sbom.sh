#!/usr/bin/env bash
# Prints what is inside the binary as CycloneDX 1.5: each package of crates.io that is compiled into the server or into
# the browser's modules, with its licence, and its checksum of Cargo.lock. No proc macros, build scripts or tests. The
# same Cargo.lock gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${TARGET_TRIPLE:-x86_64-unknown-linux-gnu}
listed() { cargo tree --quiet --locked -e normal,no-proc-macro --prefix none --format '{p}|{l}' "$@"; }
{
  listed --package server --features embed --target "$target"
  listed --package front --target wasm32-unknown-unknown
} | sed 's/ (\*)//' | LC_ALL=C sort -u | awk -v lock=Cargo.lock -v commit="$(packaging/commit.sh)" '
  function unquoted(text) { sub(/^[a-z]+ = "/, "", text); sub(/"$/, "", text); return text }
  BEGIN {
    while ((getline line < lock) > 0) {
      if (line ~ /^name = /) name = unquoted(line)
      else if (line ~ /^version = /) version = unquoted(line)
      else if (line ~ /^checksum = /) checksums[name " " version] = unquoted(line)
    }
  }
  {
    split($0, parts, "|"); split(parts[1], of, " ")
    name = of[1]; version = substr(of[2], 2); licence = parts[2]; gsub("/", " OR ", licence); gsub(" +", " ", licence)
    # What is of this repository has a path instead.
    if (parts[1] ~ /\(/) { if (name == "server") server = version; next }
    purl = "pkg:cargo/" name "@" version
    row = "    {\"type\": \"library\", \"bom-ref\": \"" purl "\", \"name\": \"" name "\", \"version\": \"" version "\", "
    row = row "\"purl\": \"" purl "\", \"licenses\": [{\"expression\": \"" licence "\"}], "
    row = row "\"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"" checksums[name " " version] "\"}]}"
    rows = rows (rows == "" ? "" : ",\n") row
  }
  END {
    print "{"
    print "  \"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"version\": 1,"
    print "  \"metadata\": {\"component\": {\"type\": \"application\", \"bom-ref\": \"streamgauge\", \"name\": \"streamgauge\","
    printf "    \"version\": \"%s%s\", \"licenses\": [{\"expression\": \"MIT\"}]}},\n", server, (commit == "" ? "" : "+" commit)
    print "  \"components\": [\n" rows "\n  ]\n}"
  }'
