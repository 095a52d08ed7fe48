#!/usr/bin/env bash
# ./dev bench: builds with GANVAS_BENCH on, and prints the ratios of ratios.py; with Google Benchmark's arguments, what
# it prints.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=$1
shift
PRESET=$preset "$root/dev" build ganvas_bench ganvas
case "${1:-}" in
--benchmark_*) exec "$root/build/$preset/bench/ganvas_bench" --benchmark_counters_tabular=true "$@" ;;
*) exec python3 "$root/bench/ratios.py" "$root/build/$preset/bench/ganvas_bench" "$root/build/$preset/ganvas" "$@" ;;
esac
