#!/usr/bin/env bash
# Builds the site's files into target/site: a WASM module for each page, so that the first page opened loads little; fonts, styles, and the
# files of public/. Cargo decides what to compile again; the steps after it run only when their input has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
site=$target/site
npm=end2end/node_modules/.bin
mkdir -p "$site/pkg"

cargo build --package front --target wasm32-unknown-unknown --profile wasm-release --target-dir "$target/front"
cargo build --package bindgen --release

# Turns the compiled module NAME into what browsers load: module NAME
module() {
  local name=$1 built=$target/front/wasm32-unknown-unknown/wasm-release/$1.wasm made=$target/bindgen stamp
  stamp=$(cat "$built" .ci/site.sh | sha256sum)$([ -x $npm/wasm-opt ] && echo opt)
  if [ "$stamp" = "$(cat "$target/$name.stamp" 2>/dev/null)" ]; then return; fi
  "$target/release/bindgen" "$built" "$made" "$name"
  if [ -x $npm/wasm-opt ]; then
    # The linker puts the stack first, so nothing else is at low addresses.
    # The features that rustc and wasm-bindgen use. With --all-features the result needs features that browsers do not have yet.
    $npm/wasm-opt -Oz --converge --low-memory-unused --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
      --enable-reference-types --enable-multivalue "$made/${name}_bg.wasm" -o "$site/pkg/$name.wasm"
  else
    cp "$made/${name}_bg.wasm" "$site/pkg/$name.wasm"
  fi
  if [ -x $npm/esbuild ]; then
    $npm/esbuild "$made/$name.js" --minify --format=esm --outfile="$site/pkg/$name.js" --allow-overwrite --log-level=error
  else
    cp "$made/$name.js" "$site/pkg/$name.js"
  fi
  printf '%s' "$stamp" > "$target/$name.stamp"
}
# The pages' modules are the binaries of `front`: one for each file of its src/bin.
running=()
for source in app/front/src/bin/*.rs; do
  module "$(basename "$source" .rs)" &
  running+=($!)
  # As many at a time as there are cores.
  while [ "$(jobs -rp | wc -l)" -ge "$(getconf _NPROCESSORS_ONLN)" ]; do sleep 0.1; done
done
for made in "${running[@]}"; do wait "$made"; done
# Modules of pages that are gone would be shipped too.
for built in "$site"/pkg/*.wasm; do
  name=$(basename "$built" .wasm)
  [ -f "app/front/src/bin/$name.rs" ] || rm -f "$site/pkg/$name".{js,wasm}
done
# Without npm there are no fonts, and pages use those of the system.
if [ -d end2end/node_modules/subset-font ] && command -v node >/dev/null; then
  stamp=$(cat style/fonts.mjs end2end/package-lock.json | sha256sum)
  if [ "$stamp" != "$(cat "$target/fonts.stamp" 2>/dev/null)" ] || [ ! -f "$site/pkg/inter.woff2" ]; then
    node style/fonts.mjs "$site/pkg"
    printf '%s' "$stamp" > "$target/fonts.stamp"
  fi
fi

# Puts a sheet and what it imports into one file: sheet SOURCE NAME
sheet() {
  if [ -x $npm/esbuild ]; then
    $npm/esbuild "style/$1" --bundle --minify --external:/pkg/* --outfile="$target/$2" --allow-overwrite --log-level=error
  else
    # A sheet imports only files of its own folder.
    awk '/^@import/ { gsub(/^@import ".\/|";.*$/, ""); while ((getline line < ("style/" $0)) > 0) print line; next } { print }' "style/$1" > "$target/$2"
  fi
}
sheet main.css streamgauge.css
sheet further.css further.css
# Copies only what differs: the server's build script watches the times of these files.
put() { cmp -s "$1" "$2" || cp "$1" "$2"; }
for name in streamgauge.css further.css; do put "$target/$name" "$site/pkg/$name"; done
for file in public/*; do put "$file" "$site/${file##*/}"; done
