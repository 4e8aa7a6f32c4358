#!/usr/bin/env bash
# `npm run soak`: ten minutes of random faults on two nodes. `npm run soak -- --minutes 60 --seed 7` for other lengths and seeds.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir="${BUILD_DIR:-dist}"
bash scripts/setup.sh
if [ -z "$(find "$build_dir/test/soak/main.js" -newer package-lock.json 2>/dev/null)" ] ||
  [ -n "$(find src test -name '*.ts' -newer "$build_dir/test/soak/main.js" | head -1)" ]; then
  BUILD_DIR="$build_dir" bash scripts/build.sh
fi
exec node --enable-source-maps "$build_dir/test/soak/main.js" "$@"
