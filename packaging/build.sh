#!/usr/bin/env bash
# Builds the binary that is passed on, and prints its path: build.sh [amd64|arm64]. Paths of this machine stand in none
# of it, so that the same source, compiler and npm packages give the same bytes in any folder.
#
# On amd64 it needs gcc-aarch64-linux-gnu and the Rust target for arm64, and the other way round.
set -euo pipefail
cd "$(dirname "$0")/.."
architecture=${1:-$(uname -m)}
case $architecture in
  amd64 | x86_64) triple=x86_64-unknown-linux-gnu gnu=x86_64-linux-gnu ;;
  arm64 | aarch64) triple=aarch64-unknown-linux-gnu gnu=aarch64-linux-gnu ;;
  *) echo "build.sh: expected amd64 or arm64, found $architecture" >&2; exit 2 ;;
esac
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
if [ "$triple" != "$(rustc -vV | sed -n 's/^host: //p')" ]; then
  name=${triple//-/_}
  export "CC_$name=$gnu-gcc" "AR_$name=$gnu-ar" "CARGO_TARGET_${name^^}_LINKER=$gnu-gcc"
fi

${MAKE:-make} --no-print-directory site >&2
moved="--remap-path-prefix=$PWD=/streamgauge --remap-path-prefix=$target=/target"
moved+=" --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
# C compilers note their folder too. What .cargo/config.toml says is overridden by RUSTFLAGS, so it stands here again.
export CFLAGS="${CFLAGS:-} -ffile-prefix-map=$PWD=/streamgauge -ffile-prefix-map=$target=/target"
CFLAGS+=" -ffile-prefix-map=${CARGO_HOME:-$HOME/.cargo}=/cargo"
export RUSTFLAGS="--cfg erase_components $moved"
STREAMGAUGE_SITE=$target/site STREAMGAUGE_COMMIT=$(packaging/commit.sh) \
  cargo build --locked --release --package server --features embed --target $triple --target-dir "$target" >&2
echo "$target/$triple/release/streamgauge"
