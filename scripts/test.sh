#!/usr/bin/env bash
# `npm test`: everything, in stages. A failed stage does not keep the later ones from running, but the exit status tells.
# The last line is the sum: `N passed, N failed`. Arguments name the stages to run; default: all of them.
set -uo pipefail
cd "$(dirname "$0")/.."

build_dir="${BUILD_DIR:-dist}"
report="$(mktemp)"
trap 'rm -f "$report"' EXIT
passed=0
failed=0
skipped=0
stages=("$@")
[ ${#stages[@]} -gt 0 ] || stages=(setup lint build unit integration differential uml netns)

heading() {
  printf '\n=== %s ===\n' "$1"
}

# A stage that is one command: counts as one.
stage_command() {
  heading "$1"
  if "${@:2}"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "stage $1 failed"
  fi
}

# A stage of node:test files. $1 name, $2 seconds, $3 concurrency, then folders under test/.
stage_node() {
  local name=$1 seconds=$2 concurrency=$3 files=() folder
  for folder in "${@:4}"; do
    [ -d "$build_dir/test/$folder" ] || continue
    while IFS= read -r file; do files+=("$file"); done < <(find "$build_dir/test/$folder" -name '*.test.js' | sort)
  done
  [ ${#files[@]} -gt 0 ] || return 0
  heading "$name"
  : >"$report"
  timeout --kill-after=20 "$seconds" node --enable-source-maps --test --test-concurrency="$concurrency" \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$report" "${files[@]}"
  local status=$? pass fail cancelled
  pass=$(count pass)
  fail=$(count fail)
  cancelled=$(count cancelled)
  skipped=$((skipped + $(count skipped)))
  passed=$((passed + pass))
  failed=$((failed + fail + cancelled))
  if [ "$status" -ne 0 ] && [ $((fail + cancelled)) -eq 0 ]; then
    echo "stage $name ended with status $status (124: not within $seconds s)"
    failed=$((failed + 1))
  fi
}

count() {
  local number
  number=$(sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$report" | tail -1)
  echo "${number:-0}"
}

for stage in "${stages[@]}"; do
  case $stage in
    setup) stage_command setup bash scripts/setup.sh ;;
    lint) stage_command lint npx biome check . ;;
    build) stage_command build bash scripts/build.sh ;;
    unit) stage_node unit 600 2 unit tidy conformance fuzz sim lab ;;
    integration) stage_node integration 600 2 integration ;;
    differential) stage_node differential 800 1 differential ;;
    uml) stage_node uml 2700 1 uml ;;
    netns) stage_node netns 1800 1 netns ;;
    *)
      echo "no stage $stage" >&2
      failed=$((failed + 1))
      ;;
  esac
done

if [ "$skipped" -gt 0 ]; then
  echo "$skipped skipped"
  # Where everything is at hand nothing may be skipped.
  [ -z "${CI:-}" ] || failed=$((failed + skipped))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
