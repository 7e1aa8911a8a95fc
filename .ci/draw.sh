#!/usr/bin/env bash
# Builds our side of the drawing benchmark as the site's own module is built, and runs it in the browser beside uPlot.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
npm=end2end/node_modules/.bin
cargo build --quiet --package draw --target wasm32-unknown-unknown --profile wasm-release --target-dir "$target/front"
cargo build --quiet --package bindgen --release
"$target/release/bindgen" "$target/front/wasm32-unknown-unknown/wasm-release/draw.wasm" "$target/draw" draw
$npm/wasm-opt -Oz --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
  --enable-reference-types --enable-multivalue "$target/draw/draw_bg.wasm" -o "$target/draw/draw.wasm"
cd end2end && npx playwright test --config bench.config.ts draw
