#!/usr/bin/env bash
# `npm run sim -- --seed N [--count N] [--routers K] [--verbose]`: simulations in virtual time, see docs/simulation.md.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir="${BUILD_DIR:-dist}"
if [ ! -e "$build_dir/test/sim/run.js" ] ||
  [ -n "$(find src test/sim test/fixtures -name '*.ts' -newer "$build_dir/test/sim/run.js" | head -1)" ]; then
  BUILD_DIR="$build_dir" bash scripts/build.sh
fi
exec node --enable-source-maps "$build_dir/test/sim/run.js" "$@"
