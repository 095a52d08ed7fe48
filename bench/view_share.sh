#!/usr/bin/env bash
# What looking costs: training in the window, under Xvfb, against training with no window, in turns.
#   bench/view_share.sh [RECIPE [SHARE [SECONDS [PAIRS]]]]     share in percent; default starter-dcgan 10 40 3
# Prints the ratio of the speeds of each pair, and what the window's own meter said. Ratios within one run, as the
# machine's speed changes by the minute.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
recipe=${1:-starter-dcgan}
share=${2:-10}
seconds=${3:-40}
pairs=${4:-3}
program=${GANVAS:-$root/build/release/ganvas}
work=$(mktemp -d)
Xvfb :96 -screen 0 1440x900x24 -nolisten tcp 2>/dev/null &
screen=$!
trap 'kill $screen 2>/dev/null; rm -rf "$work"' EXIT
export OMP_WAIT_POLICY=passive
python3 - "$work/script.json" "$recipe" "$share" "$seconds" <<'PYTHON'
import json, sys
path, recipe, share, seconds = sys.argv[1:]
json.dump([
    {"command": "set_settings", "settings": {"view_share": float(share) / 100}},
    {"command": "set_training", "controls": {"recipe": recipe, "data": "faces", "follow": True}},
    {"command": "start_training", "run_folder": path[:-11] + "run"}, {"wait": {"until_step": 3}},
    {"command": "set_animate", "on": True, "speed": 0.5}, {"wait": {"seconds": float(seconds)}},
    {"command": "stop_training"}, {"wait": {"until_state": "stopped"}}], open(path, "w"))
PYTHON
# Pictures a second between the fourth step and the last, by the run's own log; of the first SECONDS.
speed() {
  python3 - "$1/log.jsonl" "$seconds" <<'PYTHON'
import json, sys
steps = [json.loads(line) for line in open(sys.argv[1])]
steps = [s for s in steps if "seconds" in s and s.get("step", 0) > 3]
total, kimg, first = 0.0, 0.0, steps[0]["kimg"]
for s in steps[1:]:
    total += s["seconds"]
    kimg = s["kimg"]
    if total > float(sys.argv[2]):
        break
print(1000 * (kimg - first) / total)
PYTHON
}
for pair in $(seq "$pairs"); do
  rm -rf "$work/run" "$work/alone"
  DISPLAY=:96 "$program" explore --window --device cpu --script "$work/script.json" --out "$work/out" \
    --inspect "$work/look.json" >/dev/null 2>&1 &
  window=$!
  meter=""
  while kill -0 $window 2>/dev/null; do
    sleep 2
    meter="$meter $(python3 -c 'import json, sys
try: print(json.load(open(sys.argv[1]))["state"]["view_share_used"])
except Exception: pass' "$work/look.json")"
  done
  timeout --signal=INT $((seconds + 10)) "$program" train --recipe "$recipe" --data faces --device cpu --quality 0 \
    --progress none --out "$work/alone" >/dev/null 2>&1 || true
  python3 - "$pair" "$share" "$(speed "$work/run")" "$(speed "$work/alone")" $meter <<'PYTHON'
import sys
pair, share, seen, alone = sys.argv[1], *map(float, sys.argv[2:5])
meter = [float(m) for m in sys.argv[5:] if float(m) > 0]
mean = sum(meter) / len(meter) if meter else 0
print(f"pair {pair}: {seen:.1f} of {alone:.1f} img/s, ratio {seen / alone:.3f} at a budget of {share:.0f} %; "
      f"the meter said {100 * mean:.1f} %, measured {100 * (1 - seen / alone):.1f} %")
PYTHON
done
