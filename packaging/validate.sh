#!/usr/bin/env bash
# Checks the manifests: Kubernetes' against its own schema, the others by a parser of their language, and that all of them
# name the same version and user as the source. Needs python3; uses `docker compose` and `ruby` where they are.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${CARGO_TARGET_DIR:-target}/validate
fail() { echo "validate.sh: $*" >&2; exit 1; }
if [ ! -x "$venv/bin/kubernetes-validate" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet kubernetes-validate==1.37.0 python-hcl2==7.3.1 pyyaml
fi

"$venv/bin/kubernetes-validate" --strict --quiet packaging/kubernetes.yaml
"$venv/bin/python" - <<'END'
import hcl2, yaml
for path in ["packaging/kamal-accessory.yml", "docs/compose/compose.yaml", ".github/workflows/release.yml"]:
    assert yaml.safe_load(open(path)), path
(job,) = hcl2.load(open("packaging/nomad.hcl"))["job"]
END
if docker compose version >/dev/null 2>&1; then ADMIN_PASSWORD=x docker compose -f docs/compose/compose.yaml config --quiet; fi
if command -v ruby >/dev/null; then ruby -c packaging/homebrew.rb >/dev/null; fi
find packaging -name '*.sh' -print0 | xargs -0 -n 1 bash -n
if command -v shellcheck >/dev/null; then find packaging -name '*.sh' -print0 | xargs -0 shellcheck --severity warning; fi

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
for file in packaging/{kubernetes.yaml,kamal-accessory.yml,nomad.hcl,homebrew.rb} Dockerfile; do
  grep -q "$version" "$file" || fail "$file: expected version $version"
done
user=$(sed -n 's/^user=//p' packaging/image/root.sh)
for file in packaging/{kubernetes.yaml,kamal-accessory.yml,nomad.hcl} Dockerfile; do
  grep -q "$user" "$file" || fail "$file: expected user $user"
done
echo 'the manifests are right'
