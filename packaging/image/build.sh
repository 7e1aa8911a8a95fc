#!/usr/bin/env bash
# Makes the container image of a built binary, with docker, podman or buildah: build.sh BINARY NAME. It is the last stage
# of the Dockerfile, whose first stage builds from source.
#
# SOURCE: the address of the repository, for the label. TOOL: docker, podman or buildah; the first that works otherwise.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
binary=$(realpath "${1:?expected the path of the binary}") name=${2:?expected a name}
if [ -z "${TOOL:-}" ]; then
  if docker info >/dev/null 2>&1; then TOOL=docker
  elif command -v buildah >/dev/null; then TOOL=buildah
  elif command -v podman >/dev/null; then TOOL=podman
  else echo 'build.sh: expected a Docker daemon, buildah or podman: apt install buildah' >&2; exit 1
  fi
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/root.sh" "$binary" "$work/image"
sed -n '/^FROM scratch/,$p' "$here/../../Dockerfile" | sed 's| --from=build||; s| /image/| /|' >"$work/Dockerfile"
version=$("$binary" --version)
arguments=(-f "$work/Dockerfile" -t "$name" --build-arg "SOURCE=${SOURCE:-}")
arguments+=(--build-arg "COMMIT=$(sed -n 's/.*(\(.*\))$/\1/p' <<<"$version")" "$work/image")
case $TOOL in
  docker) docker build "${arguments[@]}" ;;
  podman) podman build --format docker "${arguments[@]}" ;;
  # Nothing runs while it is built, so no isolation is needed. Health checks are in Docker's format alone.
  buildah) buildah build --isolation chroot --format docker "${arguments[@]}" ;;
esac
