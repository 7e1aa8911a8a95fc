#!/usr/bin/env bash
# Builds the site's files into target/site: the modules that take over pages in the browser, one a page, so that what is opened first is small;
# styles; and what is in public/.
# The Rust side is `cargo build`'s business; the later steps run only when the WASM or the styles have changed.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
site=$target/site
npm=end2end/node_modules/.bin
mkdir -p "$site/pkg"

cargo build --package front --target wasm32-unknown-unknown --profile wasm-release --target-dir "$target/front"
cargo build --package bindgen --release

# module NAME
module() {
  local name=$1 built=$target/front/wasm32-unknown-unknown/wasm-release/$1.wasm made=$target/bindgen stamp
  stamp=$(cat "$built" .ci/site.sh | sha256sum)$([ -x $npm/wasm-opt ] && echo opt)
  if [ "$stamp" = "$(cat "$target/$name.stamp" 2>/dev/null)" ]; then return; fi
  "$target/release/bindgen" "$built" "$made" "$name"
  if [ -x $npm/wasm-opt ]; then
    # By name what rustc and wasm-bindgen use: with --all-features it writes what browsers do not read yet.
    $npm/wasm-opt -Oz --converge --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
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
for page in overview app logs metrics; do module "$page-page"; done
# Fonts too: without npm pages have the system's.
if [ -d end2end/node_modules/subset-font ] && command -v node >/dev/null; then
  stamp=$(cat style/fonts.mjs end2end/package-lock.json | sha256sum)
  if [ "$stamp" != "$(cat "$target/fonts.stamp" 2>/dev/null)" ] || [ ! -f "$site/pkg/inter.woff2" ]; then
    node style/fonts.mjs "$site/pkg"
    printf '%s' "$stamp" > "$target/fonts.stamp"
  fi
fi
# What an earlier version built would be shipped too.
rm -f "$site"/pkg/{front,streamgauge}.{js,wasm}

if [ -x $npm/esbuild ]; then
  $npm/esbuild style/main.css --bundle --minify --external:/pkg/* --outfile="$target/streamgauge.css" --allow-overwrite --log-level=error
else
  # Only @import of files beside it is used.
  awk '/^@import/ { gsub(/^@import ".\/|";.*$/, ""); while ((getline line < ("style/" $0)) > 0) print line; next } { print }' \
    style/main.css > "$target/streamgauge.css"
fi
# Untouched when equal: the server's build script watches the times of these files.
put() { cmp -s "$1" "$2" || cp "$1" "$2"; }
put "$target/streamgauge.css" "$site/pkg/streamgauge.css"
for file in public/*; do put "$file" "$site/${file##*/}"; done
