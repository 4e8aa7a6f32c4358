#!/usr/bin/env bash
# `npm run bench:lvs`: large IPVS tables in User-Mode Linux, ours beside keepalived in the same boot. docs/scale.md.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir="${BUILD_DIR:-dist}"
if [ ! -e "$build_dir/test/bench/lvs.js" ] ||
  [ -n "$(find src test/bench -name '*.ts' -newer "$build_dir/test/bench/lvs.js" | head -1)" ]; then
  BUILD_DIR="$build_dir" bash scripts/build.sh
fi
export UML_SECONDS="${UML_SECONDS:-600}"
exec bash scripts/uml.sh "$(command -v node)" --enable-source-maps "$build_dir/test/bench/lvs.js" "$@"
