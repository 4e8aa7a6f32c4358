#!/usr/bin/env bash
# `npm run bench:checks -- --checks 10000 --loop 5 --minutes 10`: TCP checks of both programs in a namespace of their own. docs/scale.md.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir="${BUILD_DIR:-dist}"
if [ ! -e "$build_dir/test/bench/checks.js" ] ||
  [ -n "$(find src test/bench -name '*.ts' -newer "$build_dir/test/bench/checks.js" | head -1)" ]; then
  BUILD_DIR="$build_dir" bash scripts/build.sh
fi
exec node --enable-source-maps "$build_dir/test/bench/checks.js" "$@"
