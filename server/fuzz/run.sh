#!/usr/bin/env bash
# Fuzzes the receivers: OTLP, JSON, `_bulk`, Loki, Vercel and statsd. As ../pipeline/fuzz/run.sh, which says how; here the server is built for it.
set -euo pipefail
cd "$(dirname "$0")"
FUZZ=$PWD exec ../pipeline/fuzz/run.sh "$@"
