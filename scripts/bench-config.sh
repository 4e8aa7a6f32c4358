#!/usr/bin/env bash
# `npm run bench:config`: how long it takes to read 10,000 real servers (100,000 lines), beside keepalived -t on the same file.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir="${BUILD_DIR:-dist}"
[ -e "$build_dir/test/differential/bench.js" ] || BUILD_DIR="$build_dir" bash scripts/build.sh
exec node "$build_dir/test/differential/bench.js"
