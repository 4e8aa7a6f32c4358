#!/usr/bin/env bash
# Compiles sources and tests into BUILD_DIR (default: dist), from nothing, so that no test of a deleted source survives.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir="${BUILD_DIR:-dist}"
rm -rf "$build_dir"
npx tsc -p tsconfig.json --outDir "$build_dir"
