#!/usr/bin/env bash
# ./dev fuzz: each reader for so many seconds of libFuzzer, with what it found before as its corpus (out/fuzz/READER).
set -euo pipefail
programs=$1 seconds=${2:-} corpora=out/fuzz
shift $(($# < 2 ? $# : 2))
readers() { for table in model data document; do "$programs/fuzz_$table" 2>/dev/null | sed "s/^/$table /" || true; done; }
mapfile -t all < <(readers)
[ "${#all[@]}" -gt 0 ] || { echo "no reader was built under $programs" >&2; exit 1; }
[ -n "$seconds" ] || seconds=$((60 / ${#all[@]} + 1))
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1 OMP_NUM_THREADS=1
total=0 failed=0
for entry in "${all[@]}"; do
  read -r table reader <<<"$entry"
  [ $# -eq 0 ] || [[ " $* " == *" $reader "* ]] || continue
  corpus=$corpora/$reader log=$corpora/$reader.log
  mkdir -p "$corpus"
  export GANVAS_FUZZ_TARGET=$reader
  GANVAS_FUZZ_SEEDS=$corpus "$programs/fuzz_$table" >/dev/null
  if "$programs/fuzz_$table" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2500 -malloc_limit_mb=1500 -print_final_stats=1 \
    -artifact_prefix="$corpora/$reader-" "$corpus" >"$log" 2>&1; then verdict="no find"; else verdict="FOUND, see $log"; failed=1; fi
  inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  total=$((total + ${inputs:-0}))
  printf '%-12s %12d inputs in %4d s  %s\n' "$reader" "${inputs:-0}" "$seconds" "$verdict"
done
printf '%-12s %12d inputs\n' all "$total"
exit $failed
