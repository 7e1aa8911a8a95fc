#!/usr/bin/env bash
# Installs what a build needs and is missing, by the ordinary clients. Says what it can't get, and what follows from it. `tools.sh browser` also
# gets what the browser tests need, `tools.sh senders` the programs that tests let send to the server or read from it.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '%s\n' "tools: $*" >&2; }
fail() { say "$*"; exit 1; }

command -v cargo >/dev/null || fail "cargo is missing: install Rust with rustup (https://rustup.rs), then run this again"

# A target folder outside ours may be set by the environment; it must not hide what is installed here.
if ! rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null | xargs test -d; then
  command -v rustup >/dev/null || fail "the WASM target is missing and so is rustup: add wasm32-unknown-unknown to your toolchain"
  say "adding the WASM target"
  rustup target add wasm32-unknown-unknown
fi
for part in rustfmt clippy; do
  cargo "${part/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$part"
done

if command -v npm >/dev/null; then
  if [ ! -x end2end/node_modules/.bin/wasm-opt ] || [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
    say "installing wasm-opt, esbuild and fonts with npm"
    (cd end2end && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) ||
      say "npm could not install them: the page will be larger, because nothing shrinks its WASM and JavaScript"
  fi
  if [ end2end/otlp/package-lock.json -nt end2end/otlp/node_modules/.package-lock.json ]; then
    (cd end2end/otlp && npm ci --no-audit --no-fund --loglevel=error) ||
      say "npm could not install OpenTelemetry's SDK: the test of OTLP that sends with it fails"
  fi
else
  say "npm is missing: the page will be larger, because wasm-opt and esbuild come with npm and nothing else here shrinks its WASM and JavaScript"
fi

if [ "${1:-}" = browser ]; then
  [ -x end2end/node_modules/.bin/playwright ] || fail "the browser tests need npm (Node.js 18 or newer)"
  if [ ! -x "${CHROMIUM:-/usr/bin/chromium}" ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "the browser tests need Chromium: install it, or name it in CHROMIUM"
    say "installing Chromium with apt"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  fi
fi

# Without them the tests of these programs say that they are skipped; curl, openssl and logger are part of every ordinary system.
if [ "${1:-}" = senders ]; then
  missing=()
  [ -x /usr/sbin/rsyslogd ] || missing+=(rsyslog)
  compgen -G "/usr/lib/*/rsyslog/lmnsd_gtls.so" >/dev/null || missing+=(rsyslog-gnutls)
  for tool in curl openssl haproxy caddy; do PATH=$PATH:/usr/sbin command -v $tool >/dev/null || missing+=($tool); done
  command -v logger >/dev/null || missing+=(bsdutils)
  command -v promtool >/dev/null || missing+=(prometheus)
  [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
  [ -x /usr/sbin/apache2 ] || missing+=(apache2-bin)
  python3 -c "import ensurepip, venv" 2>/dev/null || missing+=(python3-venv)
  if [ "${#missing[@]}" -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "installing ${missing[*]} with apt"
      # Their services shall not run, now or later: the tests start the programs themselves. Debian asks this file before it starts any.
      policy=/usr/sbin/policy-rc.d
      [ -e $policy ] || { trap 'rm -f $policy' EXIT; printf '#!/bin/sh\nexit 101\n' > $policy; chmod +x $policy; }
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        say "apt could not install them: some tests of senders will be skipped or fail"
      for unit in "${missing[@]/nginx-light/nginx}"; do
        case $unit in nginx | haproxy | caddy) systemctl --quiet disable $unit 2>/dev/null || true ;; esac
      done
    else
      say "missing: ${missing[*]}; some tests of senders will be skipped or fail"
    fi
  fi
  venv=end2end/otlp/.venv
  if [ end2end/otlp/requirements.txt -nt $venv/installed ]; then
    say "installing OpenTelemetry's SDK for Python with pip"
    { python3 -m venv $venv && $venv/bin/pip install --quiet --disable-pip-version-check --requirement end2end/otlp/requirements.txt &&
      touch $venv/installed; } || { rm -rf $venv; say "pip could not install it: the test of OTLP that sends with it is skipped"; }
  fi
fi
