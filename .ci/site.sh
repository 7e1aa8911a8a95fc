#!/usr/bin/env bash
# Builds the site's files into target/site: what `cargo leptos build --release` would, in a fraction of its time.
# The Rust side is `cargo build`'s business; the later steps run only when the WASM or the styles have changed.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
site=$target/site
front=$target/front/wasm32-unknown-unknown/wasm-release/hydrate.wasm
npm=end2end/node_modules/.bin
PATH=$PWD/.tools/bin:$PATH

cargo build --package hydrate --target wasm32-unknown-unknown --profile wasm-release --target-dir "$target/front"

mkdir -p "$site/pkg"
stamp=$(cat "$front" .ci/site.sh | sha256sum)$([ -x $npm/wasm-opt ] && echo opt)
if [ "$stamp" != "$(cat "$target/site.stamp" 2>/dev/null)" ]; then
  wasm-bindgen "$front" --target web --no-typescript --out-dir "$target/bindgen" --out-name streamgauge
  if [ -x $npm/wasm-opt ]; then
    # By name what rustc and wasm-bindgen use: with --all-features it writes what browsers do not read yet.
    $npm/wasm-opt -Oz --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
      --enable-reference-types --enable-multivalue \
      "$target/bindgen/streamgauge_bg.wasm" -o "$site/pkg/streamgauge.wasm"
  else
    cp "$target/bindgen/streamgauge_bg.wasm" "$site/pkg/streamgauge.wasm"
  fi
  if [ -x $npm/esbuild ]; then
    $npm/esbuild "$target/bindgen/streamgauge.js" --minify --format=esm --outfile="$site/pkg/streamgauge.js" --allow-overwrite --log-level=error
  else
    cp "$target/bindgen/streamgauge.js" "$site/pkg/streamgauge.js"
  fi
  printf '%s' "$stamp" > "$target/site.stamp"
fi

if [ -x $npm/esbuild ]; then
  $npm/esbuild style/main.css --bundle --minify --outfile="$target/streamgauge.css" --allow-overwrite --log-level=error
else
  # Only @import of files beside it is used.
  awk '/^@import/ { gsub(/^@import ".\/|";.*$/, ""); while ((getline line < ("style/" $0)) > 0) print line; next } { print }' \
    style/main.css > "$target/streamgauge.css"
fi
# Untouched when equal: the server's build script watches the times of these files.
put() { cmp -s "$1" "$2" || cp "$1" "$2"; }
put "$target/streamgauge.css" "$site/pkg/streamgauge.css"
for file in public/*; do put "$file" "$site/${file##*/}"; done
