#!/usr/bin/env bash
# ./dev bench [Google Benchmark arguments]: builds with GANVAS_BENCH on and runs the program.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=$1
shift
PRESET=$preset "$root/dev" build ganvas_bench
exec "$root/build/$preset/bench/ganvas_bench" --benchmark_counters_tabular=true "$@"
