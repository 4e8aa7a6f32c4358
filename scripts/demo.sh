#!/usr/bin/env bash
# `npm run demo`: two nodes of the founding example in network namespaces, four accidents, measured. Less than 90 s.
# `npm run demo -- --keep` leaves it running until Ctrl-C.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir="${BUILD_DIR:-dist}"
bash scripts/setup.sh
if [ -z "$(find "$build_dir/test/demo/demo.js" -newer package-lock.json 2>/dev/null)" ] ||
  [ -n "$(find src test -name '*.ts' -newer "$build_dir/test/demo/demo.js" | head -1)" ]; then
  BUILD_DIR="$build_dir" bash scripts/build.sh
fi
exec node --enable-source-maps "$build_dir/test/demo/demo.js" "$@"
